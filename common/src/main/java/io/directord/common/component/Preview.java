package io.directord.common.component;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What a job would do on a node. That it would fail is said by a {@link JobException}.
 *
 * @param sentence for people, without the effect's own word
 * @param diff how files would change, as text; empty if there is nothing to show
 */
public record Preview(Effect effect, String sentence, String diff) {

  /** Whether it would change something. */
  public enum Effect {
    CHANGED("would change"),
    UNCHANGED("unchanged"),
    UNKNOWN("unknown");

    private final String word;

    Effect(String word) {
      this.word = word;
    }

    /** For people. */
    public String word() {
      return word;
    }
  }

  public Preview {
    Objects.requireNonNull(effect);
    Objects.requireNonNull(sentence);
    Objects.requireNonNull(diff);
  }

  public static Preview changed(String sentence) {
    return new Preview(Effect.CHANGED, sentence, "");
  }

  public static Preview unchanged(String sentence) {
    return new Preview(Effect.UNCHANGED, sentence, "");
  }

  public static Preview unknown(String sentence) {
    return new Preview(Effect.UNKNOWN, sentence, "");
  }

  /** Changed or not, with a sentence for either. */
  public static Preview either(boolean changed, String ifChanged, String otherwise) {
    return changed ? changed(ifChanged) : unchanged(otherwise);
  }

  /**
   * Of work that has several parts: changed if one of them is, else unknown if one of them is.
   * Parts that would stay as they are are only counted beside others.
   */
  public static Preview all(List<Preview> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    Effect effect = Effect.UNCHANGED;
    for (Preview part : parts) {
      boolean counts = part.effect != Effect.UNCHANGED && effect != Effect.CHANGED;
      effect = counts ? part.effect : effect;
    }
    List<Preview> told = parts.stream().filter(part -> part.effect != Effect.UNCHANGED).toList();
    int same = parts.size() - told.size();
    String sentence =
        (told.isEmpty() ? parts : told)
            .stream().map(part -> part.shown(told.size())).collect(Collectors.joining("; "));
    return new Preview(
        effect,
        told.isEmpty() || same == 0 ? sentence : sentence + "; " + same + " unchanged",
        parts.stream().map(Preview::diff).collect(Collectors.joining()));
  }

  /** An unknown part beside others says that it is. */
  private String shown(int others) {
    return effect == Effect.UNKNOWN && others > 1 ? "unknown: " + sentence : sentence;
  }

  /** The whole message of a result. */
  public String info() {
    return effect.word() + (sentence.isEmpty() ? "" : ": " + sentence);
  }
}
