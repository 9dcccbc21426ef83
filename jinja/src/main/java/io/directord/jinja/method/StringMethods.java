package io.directord.jinja.method;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Braces;
import io.directord.jinja.value.Markup;
import io.directord.jinja.value.Numbers;
import io.directord.jinja.value.Output;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Search;
import io.directord.jinja.value.Strings;
import io.directord.jinja.value.Tuple;
import io.directord.jinja.value.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The methods of Python's {@code str}. */
public final class StringMethods {
  private static final int TAB = 8;

  public static final Map<String, Unbound<String>> ALL = all();

  /** Those that make no text. */
  static final Set<String> ASKS =
      Set.of("startswith", "endswith", "find", "rfind", "index", "rindex", "count", "maketrans");

  private StringMethods() {}

  private static Map<String, Unbound<String>> all() {
    Map<String, Unbound<String>> all = new HashMap<>();
    plain(all, "upper", Strings::upper);
    plain(all, "lower", Strings::lower);
    plain(all, "title", Strings::titleWords);
    plain(all, "capitalize", Strings::capitalize);
    every(all, "isalpha", Character::isLetter);
    every(all, "isdigit", Strings::isDigit);
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
    all.put("format", Braces::format);
    all.put(
        "format_map",
        (self, args) -> Braces.format(self, Translation.names(args.bind("format_map", "map")[0])));
    all.put("translate", (self, args) -> Translation.of(self, args.bind("translate", "table")[0]));
    all.put("maketrans", (self, args) -> Translation.table(args));
    return Collections.unmodifiableMap(all);
  }

  private static void plain(
      Map<String, Unbound<String>> all, String name, UnaryOperator<String> method) {
    all.put(
        name,
        (self, args) -> {
          args.bind(name);
          return method.apply(self);
        });
  }

  private static void every(Map<String, Unbound<String>> all, String name, IntPredicate is) {
    all.put(name, (self, args) -> !self.isEmpty() && self.codePoints().allMatch(is));
  }

  public static boolean cased(String text) {
    return text.codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
  }

  private static String text(Arguments args) {
    return Arguments.string(args.bind("the method", "text")[0]);
  }

  private static Object strip(String self, Arguments args, boolean left, boolean right) {
    Object given = args.bind("strip", "chars?")[0];
    boolean space = given == Arguments.ABSENT || given == null;
    return Strings.strip(self, space ? null : Arguments.string(given), left, right);
  }

  private static Object replace(String self, Arguments args) {
    Object[] given = args.bind("replace", "old", "new", "count?");
    int count = Arguments.number(given[2], -1);
    return Strings.replace(self, Arguments.string(given[0]), Arguments.string(given[1]), count);
  }

  private static Object join(String self, Arguments args) {
    Output out = new Output();
    int count = 0;
    for (Object part : PythonValues.iterate(args.bind("join", "iterable")[0])) {
      if (!(Markup.plain(part) instanceof String text)) {
        throw new TemplateException(
            "sequence item " + count + ": expected str instance, " + Types.of(part) + " found");
      }
      out.add(count++ == 0 ? "" : self);
      out.add(text);
    }
    return out.end();
  }

  /** A slice of a text, and what is searched for in it. */
  private record Part(String text, int before, Object wanted) {
    private String one() {
      return Arguments.string(wanted);
    }

    private boolean any(Predicate<String> is) {
      List<?> affixes = wanted instanceof Tuple several ? several : Tuple.of(wanted);
      return before >= 0 && affixes.stream().map(Arguments::string).anyMatch(is);
    }

    boolean startsWith() {
      return any(text::startsWith);
    }

    boolean endsWith() {
      return any(text::endsWith);
    }

    Object place(boolean last, boolean strict) {
      int found =
          before < 0
              ? -1
              : last ? Search.last(text, one(), text.length()) : Search.first(text, one(), 0);
      if (found < 0 && strict) {
        throw new TemplateException("substring not found");
      }
      return found < 0 ? -1L : before + (long) text.codePointCount(0, found);
    }

    private long times(String one) {
      long times = 0;
      int from = -one.length();
      while ((from = Search.first(text, one, from + one.length())) >= 0) {
        times++;
      }
      return times;
    }

    Object count() {
      String one = one();
      if (before < 0) {
        return 0L;
      }
      return one.isEmpty() ? Strings.length(text) + 1L : times(one);
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
    int place = Numbers.index(given);
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
    return out.end();
  }

  private static String without(String self, String affix, boolean start) {
    if (start) {
      return self.startsWith(affix) ? self.substring(affix.length()) : self;
    }
    return self.endsWith(affix) ? self.substring(0, self.length() - affix.length()) : self;
  }

  private static Object justify(String self, Arguments args, double share) {
    Object[] given = args.bind("the method", "width", "fillchar?");
    int width = Numbers.index(given[0]);
    String filler = given[1] == Arguments.ABSENT ? " " : Arguments.string(given[1]);
    if (Strings.length(filler) != 1) {
      throw new TemplateException("The fill character must be exactly one character long");
    }
    return share == 0.5
        ? Strings.center(self, width, filler)
        : Strings.pad(self, width, filler, share);
  }

  private static Object zfill(String self, Arguments args) {
    int width = Numbers.index(args.bind("zfill", "width")[0]);
    String sign = self.startsWith("-") || self.startsWith("+") ? self.substring(0, 1) : "";
    return sign + Strings.pad(self.substring(sign.length()), width - sign.length(), "0", 1);
  }

  private static Object split(String self, Arguments args, boolean last) {
    Object[] given = args.bind("split", "sep?", "maxsplit?");
    int most = Arguments.number(given[1], -1);
    boolean space = given[0] == Arguments.ABSENT || given[0] == null;
    if (!space && Arguments.string(given[0]).isEmpty()) {
      throw new TemplateException("empty separator");
    }
    List<Object> parts =
        space ? words(self, most, last) : separated(self, Arguments.string(given[0]), most, last);
    if (last) {
      Collections.reverse(parts);
    }
    return parts;
  }

  private static List<Object> separated(String text, String separator, int most, boolean last) {
    List<Object> parts = new ArrayList<>();
    int from = 0;
    int to = text.length();
    while (parts.size() != most) {
      int at = last ? Search.last(text, separator, to) : Search.first(text, separator, from);
      if (at < 0) {
        break;
      }
      int behind = at + separator.length();
      add(parts, text, last ? behind : from, last ? to : at);
      from = last ? from : behind;
      to = last ? at : to;
    }
    add(parts, text, from, to);
    return parts;
  }

  private static List<Object> words(String text, int most, boolean last) {
    List<Object> parts = new ArrayList<>();
    int from = 0;
    int to = text.length();
    while (true) {
      while (from < to && Strings.isSpace(text.charAt(last ? to - 1 : from))) {
        from += last ? 0 : 1;
        to -= last ? 1 : 0;
      }
      if (from == to) {
        return parts;
      }
      int cut = last ? to : from;
      boolean rest = parts.size() == most;
      while (last
          ? cut > from && (rest || !Strings.isSpace(text.charAt(cut - 1)))
          : cut < to && (rest || !Strings.isSpace(text.charAt(cut)))) {
        cut += last ? -1 : 1;
      }
      add(parts, text, last ? cut : from, last ? to : cut);
      from = last ? from : cut;
      to = last ? cut : to;
    }
  }

  private static void add(List<Object> parts, String text, int from, int to) {
    Budget.more(parts.size(), 1);
    parts.add(Strings.part(text, from, to));
  }

  private static Object lines(String self, Arguments args) {
    return Strings.lines(self, Arguments.flag(args.bind("splitlines", "keepends?")[0], false));
  }

  private static Object partition(String self, String separator, boolean last) {
    if (separator.isEmpty()) {
      throw new TemplateException("empty separator");
    }
    int at = last ? Search.last(self, separator, self.length()) : Search.first(self, separator, 0);
    if (at < 0) {
      return last ? Tuple.of("", "", self) : Tuple.of(self, "", "");
    }
    int behind = at + separator.length();
    return Tuple.of(
        Strings.part(self, 0, at), separator, Strings.part(self, behind, self.length()));
  }
}
