package io.directord.server.access;

import io.directord.server.audit.AuditEntry;
import io.directord.server.audit.AuditLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Owners by tokens and roles as they are now; what is refused stands in the audit log. */
public final class RecordedOwners implements Owners {
  private static final int FORBIDDEN = 403;

  private final Roles roles;
  private final AuditLog audit;
  private final String self;
  private final UserGroups groups = new UserGroups(System::nanoTime);

  /**
   * @throws IOException if the system does not say as whom this process runs
   */
  public RecordedOwners(Access access) throws IOException {
    this.roles = access.roles();
    this.audit = access.audit();
    this.self = Files.getOwner(Path.of("/proc/self")).getName();
  }

  @Override
  public Caller find(String user, Tokens tokens, Instant now) {
    String token = new Caller(user, false, Rights.NONE).token();
    if (token != null) {
      return Caller.ofToken(
          token,
          tokens
              .named(token)
              .filter(one -> tokens.isValid(token, now))
              .map(one -> roles.ofRole(one.role()))
              .orElse(Rights.NONE));
    }
    boolean isServers = user.equals("root") || user.equals(self);
    Set<String> its = isServers || !roles.namesGroups() ? Set.of() : groups.of(user);
    return new Caller(user, false, roles.ofUser(user, isServers, its));
  }

  @Override
  public void refused(Caller owner, String what, String why) {
    AuditEntry.Subject subject = new AuditEntry.Subject(List.of(), List.of(), 0, "", 0, null, why);
    audit.record(new AuditEntry(owner.user(), "server", what, false, FORBIDDEN, subject));
  }
}
