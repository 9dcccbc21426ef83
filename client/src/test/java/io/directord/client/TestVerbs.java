package io.directord.client;

import io.directord.common.component.Component;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.Preview;
import io.directord.common.component.PreviewContext;
import io.directord.common.job.DryRun;
import io.directord.common.job.Fingerprint;
import io.directord.common.job.Job;
import io.directord.common.job.JobDefinition;
import io.directord.common.job.JobLinks;
import io.directord.common.job.JobOptions;
import io.directord.common.job.Outcome;
import io.directord.common.job.Parent;
import io.directord.common.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** Small verbs and jobs for tests. */
public final class TestVerbs {
  private TestVerbs() {}

  /** Arguments of all of them. */
  public static final class Text {
    public String text = "";
  }

  /** The node half of a verb. */
  @FunctionalInterface
  public interface Body {
    Outcome run(String text, NodeContext node) throws Exception;
  }

  /** A verb that is never skipped and holds no lock. */
  public static Component<Text> verb(String name, Body body) {
    return verb(name, null, false, body);
  }

  public static Component<Text> verb(String name, String lock, boolean cacheable, Body body) {
    return new Component<>() {
      @Override
      public String verb() {
        return name;
      }

      @Override
      public Text newArguments() {
        return new Text();
      }

      @Override
      public String lock() {
        return lock;
      }

      @Override
      public boolean cacheable() {
        return cacheable;
      }

      @Override
      public Outcome run(Text arguments, NodeContext node)
          throws JobException, InterruptedException {
        try {
          return body.run(arguments.text, node);
        } catch (JobException | InterruptedException | RuntimeException e) {
          throw e;
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    };
  }

  /** The preview of a verb. */
  @FunctionalInterface
  public interface PreviewBody {
    Preview preview(String text, PreviewContext node) throws JobException;
  }

  /** The verb, with a preview. */
  public static Component<Text> previewing(Component<Text> verb, PreviewBody body) {
    return new Component<>() {
      @Override
      public String verb() {
        return verb.verb();
      }

      @Override
      public Text newArguments() {
        return verb.newArguments();
      }

      @Override
      public String lock() {
        return verb.lock();
      }

      @Override
      public boolean cacheable() {
        return verb.cacheable();
      }

      @Override
      public Preview preview(Text arguments, PreviewContext node) throws JobException {
        return body.preview(arguments.text, node);
      }

      @Override
      public Outcome run(Text arguments, NodeContext node)
          throws JobException, InterruptedException {
        return verb.run(arguments, node);
      }
    };
  }

  /** Runs its text in a shell. */
  public static final Component<Text> SHELL =
      verb(
          "SHELL",
          null,
          true,
          (text, node) -> {
            int status = node.shell(node.render(text));
            return status == 0
                ? new Outcome.Succeeded(text)
                : new Outcome.Failed(Outcome.Reason.ERROR, "exit status " + status);
          });

  /** Puts out its text. */
  public static final Component<Text> SAY =
      verb(
          "SAY",
          (text, node) -> {
            node.stdout(text);
            return new Outcome.Succeeded("");
          });

  public static Parent parent(boolean async) {
    return new Parent(UUID.randomUUID(), null, null, async);
  }

  public static Job job(String verb, String text) {
    return job(verb, text, parent(false));
  }

  public static Job job(String verb, String text, Parent parent) {
    return new JobMaker(verb, text).parent(parent).make();
  }

  /** A job with what a test wants of it. */
  public static final class JobMaker {
    private final String verb;
    private final ObjectNode arguments = Json.object();
    private Parent parent = TestVerbs.parent(false);
    private Duration timeout = Duration.ofMinutes(10);
    private boolean skipCache = true;
    private boolean forceLock;
    private boolean stream;
    private String stdoutArg;
    private DryRun dryRun;

    public JobMaker(String verb, String text) {
      this.verb = verb;
      arguments.put("text", text);
    }

    public JobMaker parent(Parent value) {
      parent = value;
      return this;
    }

    public JobMaker timeout(Duration value) {
      timeout = value;
      return this;
    }

    public JobMaker cached() {
      skipCache = false;
      return this;
    }

    public JobMaker forceLock() {
      forceLock = true;
      return this;
    }

    public JobMaker stream() {
      stream = true;
      return this;
    }

    public JobMaker stdoutArg(String value) {
      stdoutArg = value;
      return this;
    }

    public JobMaker dryRun(DryRun value) {
      dryRun = value;
      return this;
    }

    public Job make() {
      return new Job(
          UUID.randomUUID(),
          Fingerprint.of(arguments),
          parent,
          null,
          new JobDefinition(verb, arguments, timeout, false, stdoutArg, null),
          new JobOptions(skipCache, forceLock, stream, dryRun, JobLinks.NONE),
          List.of());
    }
  }
}
