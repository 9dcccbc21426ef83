package io.directord.server.dispatch;

import io.directord.common.api.JobSummary;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.ValidationError;
import io.directord.server.store.JobStore;
import io.directord.verbs.builtin.QueryComponent;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Resolves references to jobs and parents, see {@link Dispatch#find}. Reads the store. */
final class References {
  private static final Pattern WHOLE =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
  private static final Pattern BEGINNING = Pattern.compile("[0-9a-f][0-9a-f-]{3,55}");
  private static final Pattern LAST = Pattern.compile("last(?:~(\\d{1,9}))?");
  private static final int MAX_SHOWN = 5;

  private final JobStore store;

  References(JobStore store) {
    this.store = store;
  }

  /** The id, if the reference is a whole id. */
  static Optional<UUID> whole(String reference) {
    return WHOLE.matcher(reference).matches()
        ? Optional.of(UUID.fromString(reference))
        : Optional.empty();
  }

  /**
   * Looks for it.
   *
   * @throws RefusedException if it is unknown or ambiguous
   */
  UUID find(String reference, boolean jobsOnly) {
    Matcher last = LAST.matcher(reference);
    if (last.matches()) {
      int back = last.group(1) == null ? 0 : Integer.parseInt(last.group(1));
      return submitted(back).orElseThrow(() -> noLast(reference));
    }
    String beginning = reference.toLowerCase(Locale.ROOT);
    if (!BEGINNING.matcher(beginning).matches()) {
      throw new RefusedException(
          RefusedException.Kind.INVALID,
          ErrorCode.INVALID_REQUEST,
          "an id, 4 or more characters from its beginning, last or last~1 is expected, not '"
              + reference
              + "'");
    }
    Set<UUID> found = new LinkedHashSet<>(store.jobIds(beginning, MAX_SHOWN + 1));
    if (!jobsOnly) {
      found.addAll(store.parentIds(beginning, MAX_SHOWN + 1));
    }
    if (found.isEmpty() && !jobsOnly) {
      byFingerprint(beginning).ifPresent(found::add);
    }
    return theOne(found, reference, jobsOnly);
  }

  /**
   * The id of a job counted back from the newest submitted one, without those made by the server.
   */
  private Optional<UUID> submitted(int back) {
    return store
        .newest(back, job -> !QueryComponent.isCallback(job))
        .map(stored -> stored.job().id());
  }

  private RefusedException noLast(String reference) {
    return new RefusedException(
        RefusedException.Kind.NOT_FOUND,
        ErrorCode.UNKNOWN_JOB,
        submitted(0).isEmpty() ? "there is no job yet" : "there is no job " + reference);
  }

  private UUID theOne(Set<UUID> found, String reference, boolean jobsOnly) {
    if (found.isEmpty()) {
      throw new RefusedException(
          RefusedException.Kind.NOT_FOUND,
          ErrorCode.UNKNOWN_JOB,
          store
              .lost(reference.toLowerCase(Locale.ROOT))
              .orElse("there is no job " + (jobsOnly ? "" : "or parent ") + reference));
    }
    if (found.size() > 1) {
      String shown =
          found.stream().limit(MAX_SHOWN).map(UUID::toString).collect(Collectors.joining(", "));
      throw new RefusedException(
          RefusedException.Kind.CONFLICT,
          ErrorCode.AMBIGUOUS_ID,
          new ValidationError(
              reference
                  + " stands for several: "
                  + shown
                  + (found.size() > MAX_SHOWN ? " and more" : "")
                  + "; write more of it"));
    }
    return found.iterator().next();
  }

  /** The newest parent that was made of an orchestration's entry with that fingerprint. */
  private Optional<UUID> byFingerprint(String beginning) {
    List<Long> seqs = store.seqs(null);
    for (int i = seqs.size() - 1; i >= 0; i--) {
      Optional<JobSummary> job = store.summary(seqs.get(i));
      if (job.isPresent()
          && job.get().parent().fingerprint() != null
          && job.get().parent().fingerprint().startsWith(beginning)) {
        return Optional.of(job.get().parent().id());
      }
    }
    return Optional.empty();
  }
}
