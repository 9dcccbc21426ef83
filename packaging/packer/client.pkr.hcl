# Images of machines with a directord client: a disk for QEMU and KVM, and a container's file system.
#   packer build -only=qemu.client -var archive=../../cli/target/directord-1.0.0-SNAPSHOT.tar.gz -var disk=IMAGE.qcow2 .
#   packer build -only=docker.client -var archive=... .
# Packer 1.7 and later have these builders as plugins: 'packer plugins install github.com/hashicorp/qemu',
# and docker, once. No shared key is in an image: the first boot brings /etc/directord/config.yaml and
# /etc/directord/shared_key, or join_token in its place, by cloud-init for example.

variable "archive" {
  type        = string
  description = "The built distribution, cli/target/directord-VERSION.tar.gz."
}

variable "disk" {
  type        = string
  default     = "debian-12-genericcloud-amd64.qcow2"
  description = "A cloud image of Debian or Ubuntu: a file, or where it can be downloaded."
}

variable "disk_checksum" {
  type        = string
  default     = "none"
  description = "Its checksum, or where that is."
}

variable "image" {
  type        = string
  default     = "docker.io/library/debian:trixie-slim"
  description = "The image that the container's begins with."
}

variable "pull" {
  type        = bool
  default     = true
  description = "Whether to pull that image first."
}

source "qemu" "client" {
  disk_image       = true
  iso_url          = var.disk
  iso_checksum     = var.disk_checksum
  disk_size        = "4G"
  memory           = 1024
  format           = "qcow2"
  headless         = true
  output_directory = "output-qemu"
  vm_name          = "directord-client.qcow2"
  # cloud-init takes its configuration from a disk of this label.
  cd_files         = ["${path.root}/cloud-init/meta-data", "${path.root}/cloud-init/user-data"]
  cd_label         = "cidata"
  communicator     = "ssh"
  ssh_username     = "packer"
  ssh_password     = "packer"
  ssh_timeout      = "10m"
  shutdown_command = "sudo shutdown -P now"
}

source "docker" "client" {
  image  = var.image
  pull   = var.pull
  commit = true
  changes = [
    "ENTRYPOINT [\"/usr/local/bin/directord\"]",
    "CMD [\"client\"]",
  ]
}

build {
  sources = ["source.qemu.client", "source.docker.client"]

  provisioner "file" {
    source      = var.archive
    destination = "/tmp/directord.tar.gz"
  }

  provisioner "file" {
    source      = "${path.root}/../provision.sh"
    destination = "/tmp/provision.sh"
  }

  # As root in a container, and by sudo on a machine.
  provisioner "shell" {
    inline = [
      "$(command -v sudo) sh /tmp/provision.sh client /tmp/directord.tar.gz",
      "$(command -v sudo) rm -f /tmp/provision.sh /tmp/directord.tar.gz",
      "directord --version",
    ]
  }

  # Nobody may log in by the password of the build, and every machine of the image is another one.
  provisioner "shell" {
    only = ["qemu.client"]
    inline = [
      "sudo cloud-init clean --logs --seed",
      "sudo truncate --size 0 /etc/machine-id",
      "sudo passwd --lock packer",
    ]
  }
}
