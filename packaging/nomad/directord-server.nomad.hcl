# The server, on one machine of the cluster that has the host volume "directord-state":
#   nomad var put nomad/jobs/directord-server shared_key="$(openssl rand -base64 24)"
#   nomad job run directord-server.nomad.hcl
# Consul knows it as "directord", so nodes may name directord.service.consul as their server.
job "directord-server" {
  datacenters = ["dc1"]
  type        = "service"

  group "server" {
    # One server owns its store.
    count = 1

    network {
      port "jobs" {
        static = 5555
      }
      port "content" {
        static = 5556
      }
    }

    volume "state" {
      type   = "host"
      source = "directord-state"
    }

    service {
      name = "directord"
      port = "jobs"

      check {
        name     = "the server answers"
        type     = "script"
        task     = "server"
        command  = "/directord/bin/directord"
        args     = ["healthcheck", "server"]
        interval = "30s"
        timeout  = "10s"
      }
    }

    task "server" {
      driver = "docker"

      config {
        image        = "registry.example.com/directord:1.0.0"
        args         = ["directord"]
        network_mode = "host"
      }

      env {
        DIRECTORD_MODE = "server"
      }

      template {
        data        = "DIRECTORD_SHARED_KEY={{ with nomadVar \"nomad/jobs/directord-server\" }}{{ .shared_key }}{{ end }}"
        destination = "secrets/directord.env"
        env         = true
      }

      volume_mount {
        volume      = "state"
        destination = "/var/lib/directord"
      }

      # It ends within five seconds and loses nothing.
      kill_signal  = "SIGTERM"
      kill_timeout = "15s"

      resources {
        cpu    = 200
        memory = 512
      }
    }
  }
}
