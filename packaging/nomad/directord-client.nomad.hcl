# A client on every machine, not in a container: jobs work on the machine itself, as root. Every machine
# needs Java 17 or later, and its Nomad client allows raw_exec:
#   plugin "raw_exec" { config { enabled = true } }
#   nomad var put nomad/jobs/directord-client shared_key=THE-SERVER'S
#   nomad job run directord-client.nomad.hcl
# Or with a join token, so that no machine but the server's has the shared key:
#   nomad var put nomad/jobs/directord-client join_token="$(directord join-token create --uses 20 --ttl 1d)"
job "directord-client" {
  datacenters = ["dc1"]
  type        = "system"

  # A new version goes to one machine at a time: what jobs a client runs meanwhile are interrupted.
  update {
    max_parallel = 1
  }

  group "client" {
    service {
      name = "directord-client"

      check {
        name     = "the client is connected"
        type     = "script"
        task     = "client"
        command  = "local/directord-1.0.0/bin/directord"
        args     = ["healthcheck", "client"]
        interval = "30s"
        timeout  = "10s"
      }
    }

    task "client" {
      driver = "raw_exec"

      artifact {
        source = "https://downloads.example.com/directord-1.0.0.tar.gz"
      }

      config {
        command = "local/directord-1.0.0/bin/directord"
        args    = ["client"]
      }

      env {
        DIRECTORD_IDENTITY       = "${node.unique.name}"
        DIRECTORD_SERVER_ADDRESS = "directord.service.consul"
      }

      template {
        data        = "{{ with nomadVar \"nomad/jobs/directord-client\" }}{{ with .shared_key }}DIRECTORD_SHARED_KEY={{ . }}{{ end }}{{ end }}"
        destination = "secrets/directord.env"
        env         = true
      }

      # A machine that has joined needs its token no more: a new one, for other machines, restarts none.
      template {
        data        = "{{ with nomadVar \"nomad/jobs/directord-client\" }}{{ with .join_token }}DIRECTORD_JOIN_TOKEN={{ . }}{{ end }}{{ end }}"
        destination = "secrets/join.env"
        env         = true
        change_mode = "noop"
      }

      kill_signal  = "SIGTERM"
      kill_timeout = "15s"

      resources {
        cpu    = 100
        memory = 256
      }
    }
  }
}
