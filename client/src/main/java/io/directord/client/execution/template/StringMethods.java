package io.directord.client.execution.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The methods of Python's {@code str}. */
final class StringMethods {
  private static final int TAB = 8;

  static final Map<String, Methods.Of<String>> ALL = all();

  private StringMethods() {}

  private static Map<String, Methods.Of<String>> all() {
    Map<String, Methods.Of<String>> all = new HashMap<>();
    plain(all, "upper", Strings::upper);
    plain(all, "lower", Strings::lower);
    plain(all, "title", Strings::titleWords);
    plain(all, "capitalize", Strings::capitalize);
    every(all, "isalpha", Character::isLetter);
    every(all, "isdigit", Character::isDigit);
    every(all, "isalnum", Character::isLetterOrDigit);
    every(all, "isspace", Strings::isSpace);
    all.put("isupper", (self, args) -> cased(self) && self.equals(Strings.upper(self)));
    all.put("islower", (self, args) -> cased(self) && self.equals(Strings.lower(self)));
    all.put("strip", (self, args) -> strip(self, args, true, true));
    all.put("lstrip", (self, args) -> strip(self, args, true, false));
    all.put("rstrip", (self, args) -> strip(self, args, false, true));
    all.put("split", (self, args) -> split(self, args, false));
    all.put("rsplit", (self, args) -> split(self, args, true));
    all.put("splitlines", (self, args) -> lines(self, args));
    all.put("partition", (self, args) -> partition(self, text(args), false));
    all.put("rpartition", (self, args) -> partition(self, text(args), true));
    all.put("replace", StringMethods::replace);
    all.put("join", StringMethods::join);
    all.put("startswith", (self, args) -> part(self, args).startsWith());
    all.put("endswith", (self, args) -> part(self, args).endsWith());
    all.put("removeprefix", (self, args) -> without(self, text(args), true));
    all.put("removesuffix", (self, args) -> without(self, text(args), false));
    all.put("find", (self, args) -> part(self, args).place(false, false));
    all.put("rfind", (self, args) -> part(self, args).place(true, false));
    all.put("index", (self, args) -> part(self, args).place(false, true));
    all.put("rindex", (self, args) -> part(self, args).place(true, true));
    all.put("count", (self, args) -> part(self, args).count());
    plain(all, "swapcase", Strings::swapCase);
    plain(all, "casefold", text -> Strings.lower(Strings.upper(text)));
    all.put("expandtabs", StringMethods::expandTabs);
    all.put("istitle", (self, args) -> cased(self) && self.equals(Strings.titleWords(self)));
    every(all, "isnumeric", Strings::isNumeric);
    every(all, "isdecimal", Character::isDigit);
    all.put("isidentifier", (self, args) -> self.matches("[\\p{L}_][\\p{L}\\p{Nd}_]*"));
    all.put("isascii", (self, args) -> self.chars().allMatch(c -> c < 0x80));
    all.put("isprintable", (self, args) -> self.codePoints().allMatch(Strings::isPrintable));
    all.put("ljust", (self, args) -> justify(self, args, 0));
    all.put("rjust", (self, args) -> justify(self, args, 1));
    all.put("center", (self, args) -> justify(self, args, 0.5));
    all.put("zfill", StringMethods::zfill);
    all.put("format", Format::braces);
    return Collections.unmodifiableMap(all);
  }

  private static void plain(
      Map<String, Methods.Of<String>> all, String name, UnaryOperator<String> method) {
    all.put(
        name,
        (self, args) -> {
          args.bind(name);
          return method.apply(self);
        });
  }

  private static void every(Map<String, Methods.Of<String>> all, String name, IntPredicate is) {
    all.put(name, (self, args) -> !self.isEmpty() && self.codePoints().allMatch(is));
  }

  static boolean cased(String text) {
    return text.codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
  }

  private static String text(Arguments args) {
    return string(args.bind("the method", "text")[0]);
  }

  static String string(Object value) {
    if (value instanceof String text) {
      return text;
    }
    Undefined.refuse(value);
    throw new TemplateException("must be str, not " + Values.type(value));
  }

  private static Object strip(String self, Arguments args, boolean left, boolean right) {
    Object given = args.bind("strip", "chars?")[0];
    boolean space = given == Arguments.ABSENT || given == null;
    return Strings.strip(self, space ? null : string(given), left, right);
  }

  private static Object replace(String self, Arguments args) {
    Object[] given = args.bind("replace", "old", "new", "count?");
    int count = Arguments.number(given[2], -1);
    return Strings.replace(self, string(given[0]), string(given[1]), count);
  }

  private static Object join(String self, Arguments args) {
    Output out = new Output();
    int count = 0;
    for (Object part : Values.iterate(args.bind("join", "iterable")[0])) {
      if (!(part instanceof String text)) {
        throw new TemplateException(
            "sequence item " + count + ": expected str instance, " + Values.type(part) + " found");
      }
      out.add(count++ == 0 ? "" : self);
      out.add(text);
    }
    return out.toString();
  }

  /** A part of a text, as given by places, and what is looked for in it. */
  private record Part(String text, int before, Object wanted) {
    private String one() {
      return string(wanted);
    }

    private boolean any(Predicate<String> is) {
      List<?> affixes = wanted instanceof Tuple several ? several : Tuple.of(wanted);
      return before >= 0 && affixes.stream().map(StringMethods::string).anyMatch(is);
    }

    boolean startsWith() {
      return any(text::startsWith);
    }

    boolean endsWith() {
      return any(text::endsWith);
    }

    Object place(boolean last, boolean strict) {
      int found = before < 0 ? -1 : last ? text.lastIndexOf(one()) : text.indexOf(one());
      if (found < 0 && strict) {
        throw new TemplateException("substring not found");
      }
      return found < 0 ? -1L : before + (long) text.codePointCount(0, found);
    }

    Object count() {
      String one = one();
      if (before < 0) {
        return 0L;
      }
      return one.isEmpty()
          ? Strings.length(text) + 1L
          : (text.length() - text.replace(one, "").length()) / (long) one.length();
    }
  }

  private static Part part(String self, Arguments args) {
    Object[] given = args.bind("the method", "text", "start?", "end?");
    int length = Strings.length(self);
    int start = bound(given[1], 0, length);
    int end = Math.min(length, bound(given[2], length, length));
    return start > end
        ? new Part("", -1, given[0])
        : new Part(
            self.substring(self.offsetByCodePoints(0, start), self.offsetByCodePoints(0, end)),
            start,
            given[0]);
  }

  private static int bound(Object given, int otherwise, int length) {
    if (given == Arguments.ABSENT || given == null) {
      return otherwise;
    }
    int place = Values.index(given);
    return Math.max(0, place < 0 ? place + length : place);
  }

  private static Object expandTabs(String self, Arguments args) {
    int size = Arguments.number(args.bind("expandtabs", "tabsize?")[0], TAB);
    Output out = new Output();
    int column = 0;
    for (Object each : Strings.characters(self)) {
      String c = (String) each;
      int blanks = size <= 0 ? 0 : size - column % size;
      out.add(c.equals("\t") ? Strings.repeat(" ", blanks) : c);
      boolean newLine = c.equals("\n") || c.equals("\r");
      column = newLine ? 0 : column + (c.equals("\t") ? blanks : 1);
    }
    return out.toString();
  }

  private static String without(String self, String affix, boolean start) {
    if (start) {
      return self.startsWith(affix) ? self.substring(affix.length()) : self;
    }
    return self.endsWith(affix) ? self.substring(0, self.length() - affix.length()) : self;
  }

  private static Object justify(String self, Arguments args, double share) {
    Object[] given = args.bind("the method", "width", "fillchar?");
    int width = Values.index(given[0]);
    String filler = Arguments.text(given[1], " ");
    return share == 0.5
        ? Strings.center(self, width, filler)
        : Strings.pad(self, width, filler, share);
  }

  private static Object zfill(String self, Arguments args) {
    int width = Values.index(args.bind("zfill", "width")[0]);
    String sign = self.startsWith("-") || self.startsWith("+") ? self.substring(0, 1) : "";
    return sign + Strings.pad(self.substring(sign.length()), width - sign.length(), "0", 1);
  }

  private static Object split(String self, Arguments args, boolean last) {
    Object[] given = args.bind("split", "sep?", "maxsplit?");
    int most = Arguments.number(given[1], -1);
    boolean space = given[0] == Arguments.ABSENT || given[0] == null;
    if (!space && string(given[0]).isEmpty()) {
      throw new TemplateException("empty separator");
    }
    List<Object> parts = new ArrayList<>();
    String rest = space ? Strings.strip(self, null, true, true) : self;
    while (parts.size() != most) {
      int[] at = space ? Strings.gap(rest, last) : gap(rest, string(given[0]), last);
      if (at[0] < 0) {
        break;
      }
      parts.add(last ? rest.substring(at[1]) : rest.substring(0, at[0]));
      Limits.elements(parts.size());
      rest = last ? rest.substring(0, at[0]) : rest.substring(at[1]);
    }
    if (!space || !rest.isEmpty()) {
      parts.add(rest);
    }
    if (last) {
      Collections.reverse(parts);
    }
    return parts;
  }

  private static int[] gap(String text, String separator, boolean last) {
    int from = last ? text.lastIndexOf(separator) : text.indexOf(separator);
    return new int[] {from, from + separator.length()};
  }

  static List<Object> lines(String self, Arguments args) {
    boolean ends = Arguments.flag(args.bind("splitlines", "keepends?")[0], false);
    List<Object> lines = new ArrayList<>();
    Limits.elements(self.lines().count());
    for (String line : self.split("(?<=\\n)|(?<=\\r)(?!\\n)", -1)) {
      lines.add(ends ? line : line.replaceAll("[\\r\\n]+$", ""));
    }
    if (lines.get(lines.size() - 1).equals("")) {
      lines.remove(lines.size() - 1);
    }
    return lines;
  }

  private static Object partition(String self, String separator, boolean last) {
    int[] at = gap(self, separator, last);
    if (at[0] < 0) {
      return last ? Tuple.of("", "", self) : Tuple.of(self, "", "");
    }
    return Tuple.of(self.substring(0, at[0]), separator, self.substring(at[1]));
  }
}
