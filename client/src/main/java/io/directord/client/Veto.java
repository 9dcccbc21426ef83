package io.directord.client;

import io.directord.client.execution.ContentLink;
import io.directord.client.execution.JobVerbs;
import io.directord.client.execution.Outgoing;
import io.directord.client.execution.RunAs;
import io.directord.common.component.Component;
import io.directord.common.component.JobException;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.WrongSettingException;
import io.directord.common.wire.Delivery;
import io.directord.common.wire.NodeAttributes;
import io.directord.verbs.Components;
import io.directord.verbs.external.ShippedComponent;
import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What this node's own configuration does not let jobs do, whatever the server says: the server may
 * be somebody else's by now. Immutable.
 */
final class Veto {
  private static final String RUN = "RUN";
  private static final String FETCH = "FETCH";

  private final List<String> allowed;
  private final Set<String> denied;
  private final String runAs;

  private Veto(Settings settings) {
    this.allowed = settings.get(Settings.ALLOW_VERBS);
    this.denied = new TreeSet<>(settings.get(Settings.DENY_VERBS));
    this.runAs = settings.get(Settings.RUN_AS);
  }

  /**
   * @param components the verbs that this node knows
   * @throws WrongSettingException if a setting names a verb or user that is not there
   */
  static Veto of(Settings settings, Components components) throws WrongSettingException {
    Veto veto = new Veto(settings);
    Collection<String> known = veto.isNone() ? Set.of() : components.verbs();
    check(settings, Settings.ALLOW_VERBS, known);
    check(settings, Settings.DENY_VERBS, known);
    return veto;
  }

  /**
   * Looks at what there is to be vetoed, and as whom to run; not whether this process could.
   *
   * @throws WrongSettingException if a setting names a verb or user that is not there
   */
  static void check(Settings settings, Components components) throws WrongSettingException {
    Veto veto = of(settings, components);
    if (veto.runAs != null) {
      try {
        RunAs.check(veto.runAs);
      } catch (JobException e) {
        throw wrongUser(e);
      }
    }
  }

  private static void check(
      Settings settings, Setting<List<String>> setting, Collection<String> known)
      throws WrongSettingException {
    for (String verb : settings.get(setting)) {
      if (!verb.startsWith(Settings.DEFINED) && !known.contains(verb)) {
        throw new WrongSettingException(
            setting.name(),
            setting.key()
                + ": unknown verb "
                + verb
                + Nearest.hint(verb, known)
                + "; one that only jobs bring is written "
                + Settings.DEFINED
                + verb);
      }
    }
  }

  /**
   * The user as whom commands run.
   *
   * @throws WrongSettingException if there is no such user, or this process cannot become it
   */
  RunAs runAs() throws WrongSettingException {
    if (runAs == null) {
      return RunAs.ANYBODY;
    }
    try {
      return RunAs.of(runAs);
    } catch (JobException e) {
      throw wrongUser(e);
    }
  }

  private static WrongSettingException wrongUser(JobException e) {
    return new WrongSettingException(
        Settings.RUN_AS.name(),
        Settings.RUN_AS.key() + ": " + e.getMessage().replaceFirst("^--user: ", ""),
        e);
  }

  private boolean isNone() {
    return allowed.isEmpty() && denied.isEmpty();
  }

  /** For the server, as facts of this node; those that are not set are missing. */
  Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("allow_verbs", text(allowed));
    facts.put("deny_verbs", text(denied));
    facts.put("run_as", runAs == null ? "" : runAs);
    facts.values().removeIf(String::isEmpty);
    return facts;
  }

  /** As many as there is room for in a fact. */
  private static String text(Collection<String> verbs) {
    StringBuilder text = new StringBuilder();
    int left = verbs.size();
    for (String verb : verbs) {
      String more = " and " + left + " more";
      if (text.length() + verb.length() + more.length() + 1 > NodeAttributes.MAX_VALUE) {
        return text.append(more).toString();
      }
      text.append(text.isEmpty() ? "" : " ").append(verb);
      left--;
    }
    return text.toString();
  }

  /** Finds only the components of jobs that this node lets run. */
  JobVerbs over(JobVerbs verbs, RunAs user) {
    if (isNone() && runAs == null) {
      return verbs;
    }
    return new JobVerbs() {
      @Override
      public Component<?> find(Job job) throws JobException {
        Component<?> component = verbs.find(job);
        check(job, component, user);
        return component;
      }

      @Override
      public boolean mayShowFiles() {
        return permits(FETCH);
      }
    };
  }

  /** Sends no file if FETCH is not allowed, whatever verb wants to. */
  ContentLink over(ContentLink link) {
    if (permits(FETCH)) {
      return link;
    }
    return new ContentLink() {
      @Override
      public void fetch(Delivery delivery, long[] chunks, Sink sink)
          throws IOException, JobException, InterruptedException {
        link.fetch(delivery, chunks, sink);
      }

      @Override
      public Outgoing send(long bytes, Outgoing.Announcement announcement) throws JobException {
        throw denied("files to be brought", why(FETCH));
      }
    };
  }

  private <A> void check(Job job, Component<A> component, RunAs user) throws JobException {
    String verb = job.verb();
    if (component instanceof ShippedComponent) {
      requireDefined(verb, user);
      return;
    }
    requireNamed(verb);
    if (component == null) {
      return;
    }
    if (!Collections.disjoint(component.deniedWith(), denied)) {
      throw denied(verb, "deny_verbs: " + text(denied) + ", which does the same");
    }
    if (!permits(RUN) && component.isCommand(component.read(job.arguments()))) {
      throw denied("the command of " + verb + ", as little as one of RUN", why(RUN));
    }
  }

  private void requireNamed(String verb) throws JobException {
    if (!permits(verb)) {
      throw denied(verb, why(verb));
    }
  }

  private String why(String verb) {
    return denied.contains(verb) ? "deny_verbs: " + text(denied) : "allow_verbs: " + text(allowed);
  }

  private boolean permits(String verb) {
    return !denied.contains(verb) && (allowed.isEmpty() || allowed.contains(verb));
  }

  /** What a job brings along is a program, of whatever name. */
  private void requireDefined(String verb, RunAs user) throws JobException {
    String name = Settings.DEFINED + verb;
    if (Components.isBuiltIn(verb)) {
      throw new JobException(
          Outcome.Reason.VETOED, verb + " comes with directord, and a job cannot bring it");
    }
    if (user.isOther()) {
      throw denied(
          verb + ", a user-defined verb", "run_as: " + runAs + ", who cannot read what it needs");
    }
    boolean isNamed = allowed.contains(name);
    boolean isVetoed = denied.contains(name) || denied.contains(verb);
    if (isVetoed || !isNamed && !(allowed.isEmpty() && permits(RUN))) {
      throw denied(
          verb + ", a user-defined verb",
          isVetoed || allowed.isEmpty()
              ? "deny_verbs: " + text(denied)
              : "allow_verbs: " + text(allowed));
    }
  }

  private static JobException denied(String what, String setting) {
    return new JobException(
        Outcome.Reason.VETOED,
        "this node's own configuration does not allow " + what + ": it has " + setting);
  }
}
