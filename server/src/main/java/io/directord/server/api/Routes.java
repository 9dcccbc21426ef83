package io.directord.server.api;

import static io.directord.server.access.Permission.ASK_RIGHTS;
import static io.directord.server.access.Permission.BACKUP;
import static io.directord.server.access.Permission.CANCEL;
import static io.directord.server.access.Permission.DOWNLOAD;
import static io.directord.server.access.Permission.FOLLOW;
import static io.directord.server.access.Permission.MANAGE_NODES;
import static io.directord.server.access.Permission.MANAGE_TOKENS;
import static io.directord.server.access.Permission.OPEN_PAGE;
import static io.directord.server.access.Permission.PAUSE;
import static io.directord.server.access.Permission.PURGE;
import static io.directord.server.access.Permission.READ_AUDIT;
import static io.directord.server.access.Permission.READ_JOBS;
import static io.directord.server.access.Permission.READ_METRICS;
import static io.directord.server.access.Permission.READ_NODES;
import static io.directord.server.access.Permission.SCHEDULE;
import static io.directord.server.access.Permission.START_HOOK;
import static io.directord.server.access.Permission.SUBMIT;
import static io.directord.server.access.Permission.UPLOAD_CONTENT;
import static io.netty.handler.codec.http.HttpMethod.DELETE;
import static io.netty.handler.codec.http.HttpMethod.GET;
import static io.netty.handler.codec.http.HttpMethod.HEAD;
import static io.netty.handler.codec.http.HttpMethod.POST;
import static io.netty.handler.codec.http.HttpMethod.PUT;

import io.directord.server.access.Identity;
import io.directord.server.backup.Backups;
import io.directord.server.content.StoredContents;
import io.directord.server.dispatch.Dispatch;
import io.directord.server.memory.MemoryBudget.Share;
import io.directord.server.metrics.Meters;
import io.directord.server.store.JobStore;
import io.directord.server.verb.InstalledVerbs;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/** Everything that may be asked; {@code docs/openapi.yaml} says the same for people. */
final class Routes {
  private final Workers workers;

  /** Answers about all jobs that are made at the same time, one of them for each user. */
  private static final int MAX_LARGE_ANSWERS = 2;

  /**
   * Answers about nodes, or a few jobs, that are made at the same time; half of them for a user.
   */
  private static final int MAX_SMALL_ANSWERS = 4;

  private static final int MAX_FEW_JOBS = 100;

  private final Turns large = new Turns(MAX_LARGE_ANSWERS, 1);
  private final Turns small = new Turns(MAX_SMALL_ANSWERS, MAX_SMALL_ANSWERS / 2);
  private final Share requests;

  private Routes(Workers workers, Share requests) {
    this.workers = workers;
    this.requests = requests;
  }

  /**
   * @param verbs that jobs may have
   * @param page who logs in to it
   * @param requests the memory for all requests
   * @param shareWarnings of who is refused because others have all
   */
  static List<Route> of(
      ApiConfig config,
      InstalledVerbs verbs,
      Dispatch dispatch,
      StoredContents contents,
      Backups backups,
      PageApi page,
      Workers workers,
      Share requests,
      ShareWarnings shareWarnings) {
    NodesApi nodes = new NodesApi(config, dispatch, shareWarnings, workers.requests());
    MetricsApi metrics = new MetricsApi(config, dispatch, dispatch.meters(), workers.requests());
    JobsApi jobs = new JobsApi(verbs, dispatch, workers.requests(), workers.disk());
    SchedulesApi schedules = new SchedulesApi(verbs, dispatch, workers.requests());
    HooksApi hooks = new HooksApi(dispatch, config.hooks(), workers.requests());
    HookStarts starts =
        new HookStarts(config.hooks(), verbs, dispatch, config.clock(), workers.requests());
    ContentApi content = new ContentApi(contents.delivered(), contents.trees(), workers.disk());
    FetchedApi fetched = new FetchedApi(contents, dispatch, workers.disk());
    EventsApi events = new EventsApi(dispatch, shareWarnings);
    TokensApi tokens =
        new TokensApi(dispatch, config.access().roles(), config.clock(), workers.requests());
    JoinTokensApi joinTokens = new JoinTokensApi(dispatch, config.clock(), workers.requests());
    RightsApi rights = new RightsApi(verbs, dispatch, config.access().roles(), workers.requests());
    AuditApi audit = new AuditApi(config.access().audit(), workers.disk());
    PlanApi plans = new PlanApi(config.components());
    PageFiles files = new PageFiles();
    BackupsApi copies = new BackupsApi(backups, workers.disk());
    Routes routes = new Routes(workers, requests);
    return List.of(
        Route.of(GET, "/v1/status", READ_NODES, routes.small(nodes::status)),
        Route.of(GET, "/metrics", READ_METRICS, routes.small(metrics::scrape)),
        new Route(
            GET,
            "/v1/nodes",
            Set.of("target", "state", "sort", "offset", "limit"),
            READ_NODES,
            routes.small(nodes::list)),
        Route.of(POST, "/v1/labels", MANAGE_NODES, routes.answer(nodes::label)),
        Route.of(DELETE, "/v1/nodes", MANAGE_NODES, routes.answer(nodes::forget)),
        Route.of(DELETE, "/v1/nodes/{id}", MANAGE_NODES, routes.answer(nodes::forget)),
        new Route(
            GET,
            "/v1/jobs",
            Set.of("parent", "limit", "before", "open", "sort", "text"),
            READ_JOBS,
            routes.jobs(jobs)),
        Route.of(POST, "/v1/jobs", SUBMIT, routes.answer(jobs::submit)),
        Route.of(DELETE, "/v1/jobs", PURGE, routes.answer(jobs::purge)),
        Route.of(GET, "/v1/jobs/{id}", READ_JOBS, jobs::get),
        Route.of(GET, "/v1/jobs/{id}/states", READ_JOBS, routes.large(jobs::states)),
        new Route(
            GET,
            "/v1/jobs/{id}/nodes/{node}",
            Set.of("tail", "head", "lines"),
            READ_JOBS,
            routes.small(jobs::result)),
        new Route(GET, "/v1/jobs/{id}/why", Set.of("node"), READ_JOBS, routes.small(jobs::explain)),
        Route.of(POST, "/v1/jobs/{id}/cancel", CANCEL, routes.answer(jobs::cancel)),
        Route.of(POST, "/v1/jobs/{id}/rerun", SUBMIT, routes.large(jobs::rerun)),
        Route.of(POST, "/v1/jobs/{id}/pause", PAUSE, routes.answer(jobs::pause)),
        Route.of(POST, "/v1/jobs/{id}/resume", PAUSE, routes.answer(jobs::resume)),
        Route.of(GET, "/v1/whoami", ASK_RIGHTS, routes.small(rights::whoAmI)),
        new Route(
            GET, "/v1/may", Set.of("who", "verb", "node"), ASK_RIGHTS, routes.small(rights::may)),
        routes.auditLines(audit),
        routes.auditCheck(audit),
        Route.of(POST, "/v1/backups", BACKUP, routes.answer(copies::make)),
        Route.of(GET, "/v1/backups/{id}", BACKUP, routes.small(copies::show)),
        new Route(
            GET, "/v1/backups/{id}/file", Set.of("offset"), BACKUP, routes.small(copies::read)),
        Route.of(DELETE, "/v1/backups/{id}", BACKUP, routes.small(copies::remove)),
        Route.of(GET, "/v1/tokens", MANAGE_TOKENS, routes.small(tokens::list)),
        Route.of(POST, "/v1/tokens", MANAGE_TOKENS, routes.answer(tokens::create)),
        Route.of(DELETE, "/v1/tokens/{name}", MANAGE_TOKENS, routes.answer(tokens::revoke)),
        Route.of(GET, "/v1/join-tokens", MANAGE_TOKENS, routes.small(joinTokens::list)),
        Route.of(POST, "/v1/join-tokens", MANAGE_TOKENS, routes.answer(joinTokens::create)),
        Route.of(DELETE, "/v1/join-tokens/{id}", MANAGE_TOKENS, routes.answer(joinTokens::revoke)),
        Route.of(GET, "/v1/hooks", READ_NODES, routes.small(hooks::list)),
        Route.of(POST, "/v1/hooks/{name}", START_HOOK, routes.limited(starts::start)),
        Route.of(GET, "/v1/schedules", READ_JOBS, routes.small(schedules::list)),
        new Route(
            PUT,
            "/v1/schedules/{name}",
            SchedulesApi.TIMING,
            SCHEDULE,
            routes.answer(schedules::add)),
        Route.of(GET, "/v1/schedules/{name}", READ_JOBS, routes.small(schedules::show)),
        Route.of(DELETE, "/v1/schedules/{name}", SCHEDULE, routes.answer(schedules::remove)),
        Route.of(POST, "/v1/schedules/{name}/pause", SCHEDULE, routes.answer(schedules::pause)),
        Route.of(POST, "/v1/schedules/{name}/resume", SCHEDULE, routes.answer(schedules::resume)),
        Route.of(POST, "/v1/schedules/{name}/run", SCHEDULE, routes.answer(schedules::run)),
        Route.of(POST, "/v1/plan", SUBMIT, routes.large(plans::plan)),
        Route.of(POST, "/v1/check", SUBMIT, routes.answer(jobs::check)),
        Route.of(GET, "/v1/analysis", READ_JOBS, routes.large(jobs::analyse)),
        Route.of(GET, "/v1/analysis/{id}", READ_JOBS, routes.large(jobs::analyse)),
        new Route(GET, "/v1/events", Set.of("parent", "detail"), FOLLOW, events::receive),
        new Route(HEAD, "/v1/content/{sha256}", Set.of("path"), UPLOAD_CONTENT, content::ask),
        Route.of(PUT, "/v1/content/{sha256}", UPLOAD_CONTENT, content::upload),
        Route.of(PUT, "/v1/secrets/{sha256}", UPLOAD_CONTENT, content::keep),
        Route.of(POST, "/v1/content", UPLOAD_CONTENT, content::uploadPack),
        Route.of(
            GET, "/v1/content/{sha256}/missing", UPLOAD_CONTENT, routes.small(content::missing)),
        Route.of(GET, "/v1/jobs/{id}/fetched", DOWNLOAD, routes.small(fetched::list)),
        new Route(
            GET,
            "/v1/jobs/{id}/fetched/{node}",
            Set.of("offset"),
            DOWNLOAD,
            routes.small(fetched::read)),
        Route.of(DELETE, "/v1/jobs/{id}/fetched/{node}", DOWNLOAD, routes.small(fetched::remove)),
        Route.of(POST, "/v1/links", OPEN_PAGE, routes.identified(page::link)),
        Route.of(POST, "/v1/session", OPEN_PAGE, routes.identified(page::login)),
        Route.of(DELETE, "/v1/session", OPEN_PAGE, routes.answer(page::logout)),
        Route.of(GET, PageFiles.INDEX, OPEN_PAGE, routes.answer(files::read)),
        Route.of(GET, PageFiles.FILES, OPEN_PAGE, routes.answer(files::read)));
  }

  /** What a server that stands by answers; everything else is for the one that leads. */
  static List<Route> ofStandby(
      ApiConfig config,
      JobStore ofLeader,
      Meters meters,
      Workers workers,
      Share requests,
      ShareWarnings shareWarnings) {
    Routes routes = new Routes(workers, requests);
    NodesApi nodes = new NodesApi(config, null, shareWarnings, workers.requests());
    MetricsApi metrics = new MetricsApi(config, null, meters, workers.requests());
    AuditApi audit = new AuditApi(config.access().audit(), workers.disk());
    StandbyJobsApi jobs = new StandbyJobsApi(ofLeader, config.role().leadership(), workers.disk());
    return List.of(
        Route.of(GET, "/v1/jobs/{id}", READ_JOBS, jobs::get),
        // A server has its own lines, which no other one can show.
        routes.auditLines(audit),
        routes.auditCheck(audit),
        // A caller that may not see nodes has to find the server that leads, too.
        Route.of(GET, "/v1/status", ASK_RIGHTS, routes.answer(nodes::statusOfStandby)),
        Route.of(GET, "/metrics", READ_METRICS, routes.answer(metrics::scrapeOfStandby)));
  }

  private Route auditLines(AuditApi audit) {
    return new Route(
        GET, "/v1/audit", Set.of("since", "by", "limit"), READ_AUDIT, large(audit::list));
  }

  private Route auditCheck(AuditApi audit) {
    return Route.of(GET, "/v1/audit/verify", READ_AUDIT, large(audit::verify));
  }

  private Route.Endpoint jobs(JobsApi jobs) {
    Route.Endpoint few = small(jobs::list);
    Route.Endpoint many = large(jobs::list);
    return (call, connection) ->
        (JobsApi.limit(call) <= MAX_FEW_JOBS ? few : many).receive(call, connection);
  }

  private Route.Endpoint small(AnswerReceiver.Bodyless answer) {
    return answer(small.inTurn(answer.strict()));
  }

  private Route.Endpoint large(AnswerReceiver.Bodyless answer) {
    return large(answer.strict());
  }

  private Route.Endpoint large(AnswerReceiver.Answer answer) {
    return answer(large.inTurn(answer));
  }

  /** For what depends on how the caller has proved who it is. */
  private Route.Endpoint identified(BiFunction<Call, Identity, CompletableFuture<Reply>> answer) {
    return (call, connection) -> {
      Identity identity = Callers.identity(connection.context().channel());
      return answer(asked -> answer.apply(asked, identity)).receive(call, connection);
    };
  }

  private Route.Endpoint answer(AnswerReceiver.Bodyless answer) {
    return answer(answer.strict());
  }

  /** For requests of callers that may not be known before their body is. */
  private Route.Endpoint limited(AnswerReceiver.Answer answer) {
    return (call, connection) ->
        new AnswerReceiver(
            call, connection, workers.requests(), requests, HookStarts.MAX_BODY, answer);
  }

  private Route.Endpoint answer(AnswerReceiver.Answer answer) {
    return (call, connection) ->
        new AnswerReceiver(call, connection, workers.requests(), requests, answer);
  }
}
