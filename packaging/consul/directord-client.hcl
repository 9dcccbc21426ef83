# A node as a service, for the Consul agent beside its client. The agent must allow it:
# enable_local_script_checks = true.
service {
  id   = "directord-client"
  name = "directord-client"

  check {
    id       = "directord-client"
    name     = "the client is connected"
    args     = ["/usr/local/bin/directord", "healthcheck", "client"]
    interval = "30s"
    timeout  = "10s"
    # One that its server's restart has cut off is back in seconds.
    failures_before_critical = 3
  }
}
