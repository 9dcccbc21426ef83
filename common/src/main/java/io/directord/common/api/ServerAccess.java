package io.directord.common.api;

import io.directord.common.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Who may do what at the server, and who did; calls are as those of {@link ServerConnection}.
 * Thread-safe.
 */
public final class ServerAccess {
  private final ApiCalls calls;

  ServerAccess(ApiCalls calls) {
    this.calls = calls;
  }

  /**
   * The newest lines of the audit log, 10,000 at most, the oldest first.
   *
   * @param since only those from then on; null for all
   * @param by only those of this caller, or token; null for all
   */
  public Bodies.Audit audit(Instant since, String by) throws IOException {
    String query = since == null ? "" : "&since=" + ApiCalls.encode(since.toString());
    query += by == null ? "" : "&by=" + ApiCalls.encode(by);
    String target = "/v1/audit" + query.replaceFirst("^&", "?");
    return calls.get(target, Bodies.Audit.class);
  }

  /** The hooks of the server's configuration, and how they do. */
  public Bodies.Hooks hooks() throws IOException {
    return calls.get("/v1/hooks", Bodies.Hooks.class);
  }

  /**
   * Has the server start a hook of its configuration; while that has too many runs, tries again.
   *
   * @param parameters those that the hook declares, or some of them
   */
  public Bodies.HookStarted startHook(String name, Map<String, String> parameters)
      throws IOException {
    byte[] body = Json.bytes(new Bodies.HookStart(parameters));
    return calls.change(
        "POST", "/v1/hooks/" + ApiCalls.encode(name), body, Bodies.HookStarted.class);
  }

  /** Whether the audit log holds together. */
  public Bodies.AuditVerified verifyAudit() throws IOException {
    return calls.get("/v1/audit/verify", Bodies.AuditVerified.class);
  }

  /** Who is asking, and what it may do. */
  public Bodies.WhoAmI whoAmI() throws IOException {
    return calls.get("/v1/whoami", Bodies.WhoAmI.class);
  }

  /**
   * Whether somebody may run jobs of a verb on a node.
   *
   * @param who a token, a role or a user; null for who is asking
   */
  public Bodies.May may(String who, String verb, String node) throws IOException {
    String query = "?verb=" + ApiCalls.encode(verb) + "&node=" + ApiCalls.encode(node);
    return calls.get(
        "/v1/may" + query + (who == null ? "" : "&who=" + ApiCalls.encode(who)), Bodies.May.class);
  }

  /**
   * Creates a token for the remote API.
   *
   * @param ttl how long it may be used
   */
  public Bodies.CreatedToken createToken(String name, String role, Duration ttl)
      throws IOException {
    byte[] body = Json.bytes(new Bodies.NewToken(name, role, ttl));
    return calls.change("POST", "/v1/tokens", body, Bodies.CreatedToken.class);
  }

  /**
   * Creates a token with which nodes enrol without the shared key.
   *
   * @param nodes for which, in which {@code *} and {@code ?} stand for others; empty for any
   * @param uses how many nodes may enrol with it
   * @param ttl how long it may be used
   */
  public Bodies.CreatedJoinToken createJoinToken(List<String> nodes, int uses, Duration ttl)
      throws IOException {
    byte[] body = Json.bytes(new Bodies.NewJoinToken(nodes.isEmpty() ? null : nodes, uses, ttl));
    return calls.change("POST", "/v1/join-tokens", body, Bodies.CreatedJoinToken.class);
  }

  /** All join tokens that were not revoked, those that cannot be used any more too. */
  public List<JoinTokenView> joinTokens() throws IOException {
    return calls.get("/v1/join-tokens", Bodies.JoinTokens.class).tokens();
  }

  /** Revokes a join token; nodes that have enrolled with it stay. */
  public JoinTokenView revokeJoinToken(String id) throws IOException {
    String target = "/v1/join-tokens/" + ApiCalls.encode(id);
    return calls.change("DELETE", target, null, JoinTokenView.class);
  }

  /** A link that logs a browser in to the page, as who is asking. */
  public Bodies.PageLink pageLink() throws IOException {
    return calls.change("POST", "/v1/links", null, Bodies.PageLink.class);
  }

  /** All tokens that were not revoked, expired ones too. */
  public List<TokenView> tokens() throws IOException {
    return calls.get("/v1/tokens", Bodies.Tokens.class).tokens();
  }

  /** Revokes a token at once; what uses it is cut off. */
  public TokenView revokeToken(String name) throws IOException {
    String target = "/v1/tokens/" + ApiCalls.encode(name);
    return calls.change("DELETE", target, null, TokenView.class);
  }
}
