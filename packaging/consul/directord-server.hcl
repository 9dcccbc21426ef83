# The server as a service, for a Consul agent on its machine (in /etc/consul.d), where Nomad does not run it.
# The agent must allow it: enable_local_script_checks = true.
service {
  id   = "directord"
  name = "directord"
  port = 5555

  meta {
    content_port = "5556"
  }

  check {
    id       = "directord-server"
    name     = "the server answers"
    args     = ["/usr/local/bin/directord", "healthcheck", "server"]
    interval = "30s"
    timeout  = "10s"
  }
}
