package io.directord.server.api;

import io.directord.common.api.Bodies;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.InvalidException;
import io.directord.server.access.Caller;
import io.directord.server.access.Permission;
import io.directord.server.access.Rights;
import io.directord.server.access.Roles;
import io.directord.server.access.UserGroups;
import io.directord.server.dispatch.Dispatch;
import io.directord.server.store.StoredToken;
import io.directord.server.verb.InstalledVerbs;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** What callers may do. */
final class RightsApi {
  private static final String USER = "user:";
  private static final String TOKEN = "token:";
  private static final String ROLE = "role:";
  private static final String ROOT = "root";

  private static final Set<Permission> OF_NODES =
      EnumSet.of(
          Permission.SUBMIT,
          Permission.SCHEDULE,
          Permission.CANCEL,
          Permission.PAUSE,
          Permission.MANAGE_NODES);

  private final InstalledVerbs verbs;
  private final Dispatch dispatch;
  private final Roles roles;
  private final UserGroups groups = new UserGroups(System::nanoTime);
  private final Executor workers;

  RightsApi(InstalledVerbs verbs, Dispatch dispatch, Roles roles, Executor workers) {
    this.verbs = verbs;
    this.dispatch = dispatch;
    this.roles = roles;
    this.workers = workers;
  }

  CompletableFuture<Reply> whoAmI(Call call) {
    Caller caller = call.caller();
    List<Bodies.Granted> granted =
        caller.rights().grants().stream().map(RightsApi::granted).toList();
    return CompletableFuture.completedFuture(
        Reply.json(
            HttpResponseStatus.OK,
            new Bodies.WhoAmI(caller.user(), caller.rights().everything(), granted)));
  }

  /** Verbs and nodes are those of what it may do to nodes: a role that only reads has none. */
  static Bodies.Granted granted(Rights.Grant grant) {
    List<String> verbs = List.of();
    if (grant.has(Permission.SUBMIT)) {
      verbs = grant.verbs() == null ? null : grant.verbs().stream().sorted().toList();
    }
    boolean isReader = Collections.disjoint(grant.permissions(), OF_NODES);
    return new Bodies.Granted(
        grant.role(),
        grant.permissions().stream().map(Permission::text).sorted().toList(),
        grant.permissions().stream().map(Enum::name).sorted().toList(),
        verbs,
        isReader ? List.of() : grant.written());
  }

  /**
   * May a caller, or somebody else, run a verb on a node? Of what does not exist there is no
   * answer: a yes for a misspelt name would be believed. Blocks on the disk, and on the system's
   * directory of users.
   */
  CompletableFuture<Reply> may(Call call) {
    String verb = required(call, "verb").toUpperCase(Locale.ROOT);
    String node = required(call, "node");
    String who = call.parameter("who");
    if (who != null && who.isBlank()) {
      throw Call.bad("who: is empty");
    }
    boolean mayAskOfOthers = call.caller().rights().has(Permission.MANAGE_TOKENS);
    boolean isOwn = who == null || !mayAskOfOthers && isNameOf(call.caller(), who);
    if (!isOwn && !mayAskOfOthers) {
      throw new ApiProblem(
          HttpResponseStatus.FORBIDDEN,
          ErrorCode.NO_PERMISSION,
          call.caller().title() + " may not ask what others may do");
    }
    Caller asked = isOwn ? call.caller() : find(who);
    requireInstalled(verb);
    return dispatch
        .lacking(call.caller(), asked, verb, node)
        .thenApplyAsync(
            lacking ->
                Reply.json(
                    HttpResponseStatus.OK,
                    new Bodies.May(asked.user(), verb, node, lacking == null, lacking)),
            workers);
  }

  private void requireInstalled(String verb) {
    try {
      verbs.require(verb);
    } catch (InvalidException e) {
      throw ApiProblem.of(e.errors());
    }
  }

  private static boolean isNameOf(Caller caller, String who) {
    return who.equals(caller.user())
        || who.equals(caller.token())
        || who.equals(USER + caller.user());
  }

  private static String required(Call call, String name) {
    String value = call.parameter(name);
    if (value == null || value.isBlank()) {
      throw Call.bad(name + ": is missing");
    }
    return value;
  }

  /** A name without what it is may be that of a token, of a role, or of a user, in this order. */
  private Caller find(String who) {
    for (StoredToken token : dispatch.tokens().all()) {
      if (who.equals(token.name()) || who.equals(TOKEN + token.name())) {
        return Caller.ofToken(token.name(), roles.ofRole(token.role()));
      }
    }
    if (who.startsWith(TOKEN)) {
      throw new ApiProblem(
          HttpResponseStatus.NOT_FOUND,
          ErrorCode.UNKNOWN_TOKEN,
          "there is no " + Caller.title(who));
    }
    String role = who.startsWith(ROLE) ? who.substring(ROLE.length()) : who;
    if (roles.names().contains(role) && !who.startsWith(USER)) {
      return new Caller(ROLE + role, false, roles.ofRole(role));
    }
    if (who.startsWith(ROLE)) {
      throw new ApiProblem(
          HttpResponseStatus.BAD_REQUEST,
          ErrorCode.UNKNOWN_ROLE,
          "there is no "
              + Caller.title(who)
              + "; the roles are "
              + String.join(", ", roles.names()));
    }
    String user = who.startsWith(USER) ? who.substring(USER.length()) : who;
    if (!isUserOfTheSystem(user)) {
      throw new ApiProblem(
          HttpResponseStatus.NOT_FOUND,
          ErrorCode.UNKNOWN_TOKEN,
          "there is no " + (who.startsWith(USER) ? "" : "token, no role and no ") + "user " + user);
    }
    boolean isRoot = user.equals(ROOT);
    Set<String> names = roles.namesGroups() && !isRoot ? groups.of(user) : Set.of();
    return new Caller(user, isRoot, roles.ofUser(user, isRoot, names));
  }

  /** By the directory of users that also names who connects; the number of a user is one too. */
  private static boolean isUserOfTheSystem(String user) {
    try {
      return Path.of("/")
              .getFileSystem()
              .getUserPrincipalLookupService()
              .lookupPrincipalByName(user)
          != null;
    } catch (UserPrincipalNotFoundException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("user " + user, e);
    }
  }
}
