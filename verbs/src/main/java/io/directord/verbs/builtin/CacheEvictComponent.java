package io.directord.verbs.builtin;

import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.CacheTag;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.Preview;
import io.directord.common.component.PreviewContext;
import io.directord.common.component.Syntax;
import io.directord.common.component.Values;
import io.directord.common.job.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** CACHEEVICT: drops a part of the node's cache. */
public final class CacheEvictComponent extends BuiltIn<CacheEvictComponent.Arguments> {
  private static final List<String> TAGS =
      Stream.of(CacheTag.values()).map(tag -> tag.name().toLowerCase(Locale.ROOT)).toList();

  private static final Syntax<Arguments> SYNTAX =
      new Syntax<Arguments>(
              "Drops a part of the node's cache: jobs (fingerprints that count as done), parents"
                  + " (which have failed), args, envs, query (what QUERY brought), or all.",
              "CACHEEVICT: jobs",
              "CACHEEVICT: all")
          .word(
              "TAG",
              "One of " + String.join(", ", TAGS) + ".",
              (arguments, word) -> arguments.cacheevict = checked(word));

  /** The arguments as they travel in the job. */
  public static final class Arguments {
    public String cacheevict;
  }

  public CacheEvictComponent() {
    super("CACHEEVICT", Arguments::new, SYNTAX);
  }

  @Override
  public boolean cacheable() {
    return false;
  }

  @Override
  public String lock() {
    return "cacheevict";
  }

  private static String checked(String word) throws PlanException {
    String tag = word.toLowerCase(Locale.ROOT);
    Values.oneOf(TAGS, tag);
    return tag;
  }

  @Override
  public void validate(Arguments arguments, ArgumentErrors errors) {
    if (errors.given(
        "cacheevict", arguments.cacheevict, "one of " + String.join(", ", TAGS) + " is needed")) {
      errors.check("cacheevict", () -> checked(arguments.cacheevict));
    }
  }

  private static CacheTag tag(Arguments arguments) throws JobException {
    try {
      String tag = checked(Given.key("cacheevict", arguments.cacheevict));
      return CacheTag.valueOf(tag.toUpperCase(Locale.ROOT));
    } catch (PlanException e) {
      throw new JobException(Outcome.Reason.REFUSED, e.getMessage());
    }
  }

  @Override
  public Preview preview(Arguments arguments, PreviewContext node) throws JobException {
    return node.evict(tag(arguments));
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node) throws JobException {
    CacheTag tag = tag(arguments);
    int evicted = node.evict(tag);
    node.changed(false);
    node.stdout(
        tag == CacheTag.ALL
            ? "All cache has been cleared"
            : "Evicted " + evicted + " items, tagged " + tag.name().toLowerCase(Locale.ROOT));
    return Outcome.Succeeded.FINISHED;
  }
}
