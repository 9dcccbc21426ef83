package io.directord.common.component;

import io.directord.common.component.Syntax.Operand;
import io.directord.common.component.Syntax.Shape;
import io.directord.common.component.Syntax.Takes;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Place;
import io.directord.common.validation.Quoted;
import io.directord.common.validation.ValidationError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Parses the arguments of a verb. Options stand first, as {@code --name value} or {@code
 * --name=value}, and {@code --} ends them; what follows is for the verb's operands. Options after
 * operands are accepted if these are words; an operand that takes the rest of the text is not
 * parsed. The options of the {@code vars} mapping override those of the text.
 *
 * @param <A> the verb's arguments
 */
public final class ArgumentReader<A> {
  private final String verb;
  private final Syntax<A> syntax;
  private final A arguments;
  private final CommonOptions common = new CommonOptions();
  private final Set<String> fromVars = new HashSet<>();
  private final List<ValidationError> errors = new ArrayList<>();
  private int operandsSeen;

  /** What to say if the word behind an option of True or False turns out to be one too many. */
  private String notTruth;

  private boolean optionsEnded;

  private ArgumentReader(Component<A> component) {
    this.verb = component.verb();
    this.syntax = component.syntax();
    this.arguments = component.newArguments();
  }

  /**
   * @param arguments complete, unless help was requested
   */
  public record Reading<A>(CommonOptions common, A arguments) {}

  /**
   * @param text the inline form
   * @param vars options by name, with {@code _}; texts are converted as in the inline form; null
   *     means absent
   * @throws PlanException with all errors, each with verb, option and what is expected
   */
  public static <A> Reading<A> read(Component<A> component, String text, Map<String, JsonNode> vars)
      throws PlanException {
    ArgumentReader<A> reader = new ArgumentReader<>(component);
    vars.forEach(
        (key, value) -> reader.noting(new Place.Key(key), () -> reader.variable(key, value)));
    reader.noting(Place.NONE, () -> reader.inline(new Words(text)));
    if (!reader.errors.isEmpty()) {
      throw new PlanException(reader.errors);
    }
    return new Reading<>(reader.common, reader.arguments);
  }

  /**
   * Goes on after an error, so that all of them are reported together.
   *
   * @param place the key in vars that is read, or none for the inline form
   */
  private void noting(Place place, Step step) {
    try {
      step.run();
    } catch (PlanException e) {
      e.errors().forEach(error -> errors.add(place.error(error.message())));
    }
  }

  private interface Step {
    void run() throws PlanException;
  }

  private void inline(Words words) throws PlanException {
    options(words);
    if (!common.execHelp) {
      operands(words);
    }
  }

  private void options(Words words) throws PlanException {
    while (!optionsEnded && words.startsWith("--")) {
      String name = words.plain('=');
      if (name.equals("--")) {
        optionsEnded = true;
        return;
      }
      Given option = option(name);
      if (option == null) {
        throw unknown(name, "option", optionNames());
      }
      for (String value : values(name, option, words)) {
        if (!fromVars.contains(name)) {
          set(name, () -> option.set(value));
        }
      }
    }
  }

  private List<String> values(String name, Given option, Words words) throws PlanException {
    if (words.take('=')) {
      return List.of(said(words::word));
    }
    if (option.takes() == Takes.NOTHING) {
      return List.of("true");
    }
    if (option.takes() == Takes.TRUTH) {
      return List.of(truth(name, words));
    }
    boolean optionNext = words.startsWith("--");
    if (option.takes() == Takes.MAYBE && (optionNext || !words.hasNext())) {
      return List.of("");
    }
    if (!words.hasNext() || optionNext && option.takes() == Takes.MANY) {
      throw new PlanException(verb + ": " + name + " needs a value");
    }
    refuseOption(name, words);
    return option.takes() == Takes.MANY ? many(words) : List.of(said(words::next));
  }

  /** An option in place of a value: the value is more likely missing than meant. */
  private void refuseOption(String name, Words words) throws PlanException {
    words.hasNext();
    int begin = words.position();
    String next = words.plain('=');
    words.back(begin);
    if (next.equals("--") || option(next) != null) {
      throw new PlanException(
          verb
              + ": "
              + name
              + " needs a value, and "
              + next
              + " is an option; write "
              + name
              + "="
              + next
              + " if it is meant");
    }
  }

  private String truth(String name, Words words) {
    words.hasNext();
    int begin = words.position();
    String word = words.plain('=');
    if (word.equalsIgnoreCase("true") || word.equalsIgnoreCase("false")) {
      return word;
    }
    words.back(begin);
    notTruth = name + " takes True, False or nothing, and " + Quoted.of(word);
    return "true";
  }

  private interface Word {
    String take() throws PlanException;
  }

  /** Errors of the word itself do not name the verb yet. */
  private String said(Word word) throws PlanException {
    try {
      return word.take();
    } catch (PlanException e) {
      throw new PlanException(verb + ": " + e.getMessage(), e);
    }
  }

  /** The words up to the next option, but leaving enough for the operands. */
  private List<String> many(Words words) throws PlanException {
    List<String> values = new ArrayList<>();
    List<Integer> starts = new ArrayList<>();
    while (words.hasNext() && !words.startsWith("--")) {
      starts.add(words.position());
      values.add(said(words::next));
    }
    int needed =
        (int) syntax.operands().stream().skip(operandsSeen).filter(Operand::required).count();
    int kept = Math.max(1, values.size() - needed);
    if (!words.hasNext() && kept < values.size()) {
      words.back(starts.get(kept));
      return values.subList(0, kept);
    }
    return values;
  }

  private void variable(String key, JsonNode value) throws PlanException {
    String name = "--" + key.replace('_', '-');
    Given option = key.contains("-") ? null : option(name);
    if (option == null) {
      throw unknown(
          key,
          "key in vars",
          optionNames().stream().map(n -> n.substring(2).replace('-', '_')).toList());
    }
    boolean list = option.takes() == Takes.MANY || option.takes() == Takes.EACH;
    if (value.isArray() && value.isEmpty() || value.isNull() && list) {
      throw new PlanException(
          verb + ": " + key + " is empty: give it a value, or leave the key out");
    }
    if (value.isNull()) {
      return;
    }
    fromVars.add(name);
    if (value.isArray() && !list) {
      throw new PlanException(verb + ": " + key + ": one value is expected, not a list");
    }
    for (JsonNode one : value.isArray() ? value : List.of(value)) {
      set(key, () -> option.set(one.asString()));
    }
  }

  private void operands(Words words) throws PlanException {
    for (Operand<A> operand : syntax.operands()) {
      operandsSeen++;
      if (words.hasNext()) {
        operand(operand, words);
      } else if (operand.required()) {
        throw new PlanException(verb + " needs " + operand.label() + ": " + synopsis());
      }
    }
    options(words);
    if (words.hasNext()) {
      throw new PlanException(
          verb + ": " + Quoted.of(words.rest()) + " is unexpected; " + tooMuchSince());
    }
  }

  private String tooMuchSince() {
    if (syntax.operands().isEmpty()) {
      return "only options are expected";
    }
    return notTruth != null
        ? notTruth + " is none of them: " + synopsis()
        : "quote words with whitespace: " + synopsis();
  }

  private void operand(Operand<A> operand, Words words) throws PlanException {
    switch (operand.shape()) {
      case WORD -> {
        set(operand, said(words::next));
        if (syntax.operands().stream().noneMatch(other -> other.shape() == Shape.REST)) {
          options(words);
        }
      }
      case REST -> set(operand, words.takeRest());
      default -> {
        while (words.hasNext()) {
          set(operand, said(words::next));
          options(words);
        }
      }
    }
  }

  private void set(Operand<A> operand, String value) throws PlanException {
    set(operand.label(), () -> operand.setter().set(arguments, value));
  }

  private void set(String name, Step step) throws PlanException {
    try {
      step.run();
    } catch (PlanException e) {
      throw new PlanException(verb + ": " + name + ": " + e.getMessage(), e);
    }
  }

  /** An option, and the object that it sets. */
  private record Given(Takes takes, Setting setting) {
    static <T> Given of(Syntax.Option<T> option, T target) {
      return option == null
          ? null
          : new Given(option.takes(), value -> option.setter().set(target, value));
    }

    void set(String value) throws PlanException {
      setting.set(value);
    }
  }

  private interface Setting {
    void set(String value) throws PlanException;
  }

  /** The verb's own option, or a common one, or null. */
  private Given option(String name) {
    Given own = Given.of(syntax.option(name), arguments);
    return own != null ? own : Given.of(CommonOptions.SYNTAX.option(name), common);
  }

  private PlanException unknown(String name, String what, List<String> candidates) {
    TreeSet<String> sorted = new TreeSet<>(candidates);
    return new PlanException(
        verb
            + ": unknown "
            + what
            + " "
            + Quoted.begin(name)
            + Nearest.hint(name, sorted)
            + "; it knows "
            + String.join(", ", sorted));
  }

  private List<String> optionNames() {
    List<String> names = new ArrayList<>(CommonOptions.SYNTAX.optionNames());
    names.addAll(syntax.optionNames());
    return names;
  }

  private String synopsis() {
    return syntax.operands().stream()
        .map(Operand::label)
        .collect(Collectors.joining(" ", verb + ": [options] ", ""));
  }
}
