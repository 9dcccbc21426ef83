package io.directord.jinja.parse;

import io.directord.jinja.error.Suggestion;
import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import io.directord.jinja.syntax.AssignmentTarget;
import io.directord.jinja.syntax.Expression;
import io.directord.jinja.syntax.Page;
import io.directord.jinja.syntax.Statement;
import io.directord.jinja.syntax.Statement.Signature;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Parses a template into nested statements. */
public final class Parser {
  private static final String STATEMENT = "statement block";
  private static final Set<String> LOADING = Set.of("include", "import", "from", "extends");
  private static final Set<String> KNOWN =
      Set.of(
          "for",
          "endfor",
          "if",
          "elif",
          "else",
          "endif",
          "set",
          "endset",
          "with",
          "endwith",
          "macro",
          "endmacro",
          "call",
          "endcall",
          "filter",
          "endfilter",
          "print",
          "block",
          "endblock");
  private static final int BYTES_OF_STATEMENT = 128;

  private final Iterator<Segment> segments;
  private final Vocabulary vocabulary;
  private final Nesting nesting = new Nesting();
  private final Map<String, Statement.Block> blocks = new HashMap<>();
  private Set<String> used = new HashSet<>();
  private Segment.Statement end;
  private Tokens words;

  private Parser(List<Segment> segments, Vocabulary vocabulary) {
    this.segments = segments.iterator();
    this.vocabulary = vocabulary;
  }

  /**
   * @throws TemplateException with the line of the error
   */
  public static Page parse(String template, Vocabulary vocabulary) {
    Parser parser = new Parser(Lexer.segments(template), vocabulary);
    return new Page(parser.body(null), parser.blocks);
  }

  /**
   * Parses statements up to an end tag, which is then in {@link #end}.
   *
   * @param open the enclosing statement and its end tags; null for the whole template
   */
  private List<Statement> body(Segment.Statement open, String... ends) {
    nesting.enter(open == null ? 0 : open.line());
    List<Statement> body = new ArrayList<>();
    while (segments.hasNext()) {
      Budget.step(1);
      Budget.bytes(BYTES_OF_STATEMENT);
      Segment segment = segments.next();
      if (segment instanceof Segment.Text text) {
        body.add(new Statement.Text(text.text()));
      } else if (segment instanceof Segment.Output output) {
        body.add(print(output));
      } else if (segment instanceof Segment.Statement statement) {
        words = new Tokens(statement.text(), statement.line());
        if (List.of(ends).contains(statement.name())) {
          words.take();
          end = statement;
          nesting.leave();
          return body;
        }
        body.add(statement(statement, open, ends));
      }
    }
    if (open != null) {
      throw new TemplateException(
          "Unexpected end of template. The innermost block that needs to be closed is '"
              + open.name()
              + "'",
          open.line());
    }
    return body;
  }

  private Statement print(Segment.Output output) {
    words = new Tokens(output.text(), output.line());
    Expression value = expressions().tuple();
    words.end("print statement");
    return new Statement.Print(output.line(), List.of(value));
  }

  private ExpressionParser expressions() {
    return new ExpressionParser(words, vocabulary, nesting, used);
  }

  private TargetParser targets() {
    return new TargetParser(words, nesting);
  }

  private void ended() {
    words.end(STATEMENT);
  }

  private Statement statement(Segment.Statement at, Segment.Statement open, String... ends) {
    if (at.name().isEmpty()) {
      throw new TemplateException("tag name expected", at.line());
    }
    words.take();
    return switch (at.name()) {
      case "for" -> repeat(at);
      case "if" -> choose(at);
      case "set" -> set(at);
      case "with" -> with(at);
      case "macro" -> macro(at);
      case "call" -> call(at);
      case "filter" -> filter(at);
      case "print" -> prints(at);
      case "block" -> block(at);
      default -> throw unknown(at, open, ends);
    };
  }

  private static TemplateException unknown(
      Segment.Statement at, Segment.Statement open, String... ends) {
    if (LOADING.contains(at.name())) {
      return new TemplateException("templates on nodes cannot load other templates", at.line());
    }
    String message = "Encountered unknown tag '" + at.name() + "'";
    if (open == null || !KNOWN.contains(at.name())) {
      boolean known = KNOWN.contains(at.name());
      return new TemplateException(
          message + (known ? "" : Suggestion.hint(at.name(), KNOWN)), at.line());
    }
    return new TemplateException(
        message
            + ". The innermost block that needs to be closed is '"
            + open.name()
            + "', by '"
            + ends[ends.length - 1]
            + "'",
        at.line());
  }

  private Statement repeat(Segment.Statement at) {
    AssignmentTarget target = targets().targets();
    if (target.equals(new AssignmentTarget.Name("loop"))) {
      throw words.fail("can't assign to special loop variable in for-loop target");
    }
    words.expect("in");
    Expression elements = expressions().tupleUpTo("recursive");
    Expression condition = words.skip("if") ? expressions().expression() : null;
    boolean recursive = words.skip("recursive");
    ended();
    List<Statement> body = body(at, "else", "endfor");
    List<Statement> otherwise = List.of();
    if (end.name().equals("else")) {
      ended();
      otherwise = body(at, "endfor");
    }
    ended();
    return new Statement.For(at.line(), target, elements, condition, recursive, body, otherwise);
  }

  private Statement choose(Segment.Statement at) {
    List<Statement.Branch> branches = new ArrayList<>();
    do {
      int line = words.line();
      Expression condition = expressions().tupleUpTo("");
      ended();
      branches.add(new Statement.Branch(line, condition, body(at, "elif", "else", "endif")));
    } while (end.name().equals("elif"));
    List<Statement> otherwise = List.of();
    if (end.name().equals("else")) {
      ended();
      otherwise = body(at, "endif");
    }
    ended();
    return new Statement.If(branches, otherwise);
  }

  private Statement set(Segment.Statement at) {
    AssignmentTarget target = targets().assigned();
    if (words.skip("=")) {
      Expression value = expressions().tuple();
      ended();
      return new Statement.Assign(at.line(), target, value);
    }
    return capture(at, target, expressions().applied(new Expression.Name(Statement.ENCLOSED)));
  }

  private Statement filter(Segment.Statement at) {
    ExpressionParser filters = expressions();
    Expression first = filters.filtered(new Expression.Name(Statement.ENCLOSED));
    return capture(at, null, filters.applied(first));
  }

  private Statement capture(Segment.Statement at, AssignmentTarget target, Expression value) {
    ended();
    List<Statement> body = body(at, "end" + at.name());
    ended();
    return new Statement.Capture(at.line(), target, value, body);
  }

  private Statement with(Segment.Statement at) {
    List<AssignmentTarget> targets = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!words.at(Token.Kind.END)) {
      if (!targets.isEmpty()) {
        words.expect(",");
      }
      targets.add(targets().targets());
      words.expect("=");
      values.add(expressions().expression());
    }
    List<Statement> body = body(at, "endwith");
    ended();
    return new Statement.With(at.line(), targets, values, body);
  }

  private Statement prints(Segment.Statement at) {
    List<Expression> values = new ArrayList<>();
    while (!words.at(Token.Kind.END)) {
      if (!values.isEmpty()) {
        words.expect(",");
      }
      values.add(expressions().expression());
    }
    return new Statement.Print(at.line(), values);
  }

  private Statement block(Segment.Statement at) {
    String name = words.name();
    boolean scoped = words.skip("scoped");
    boolean required = words.skip("required");
    scoped |= words.skip("scoped");
    ended();
    if (blocks.containsKey(name)) {
      throw new TemplateException("block '" + name + "' defined twice", at.line());
    }
    blocks.put(name, null);
    List<Statement> body = body(at, "endblock");
    words.skip(name);
    ended();
    Statement.Block block = new Statement.Block(at.line(), name, scoped, required, body);
    blocks.put(name, block);
    return block;
  }

  private Statement macro(Segment.Statement at) {
    return new Statement.Define(at.line(), signature(at, targets().name()));
  }

  private Statement call(Segment.Statement at) {
    Tokens head = words;
    List<String> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    if (words.at("(")) {
      parameters(parameters, defaults);
    }
    Expression call = expressions().expression();
    Expression called = call instanceof Expression.At inner ? inner.inner() : call;
    if (!(called instanceof Expression.Call known)) {
      throw head.fail("expected call");
    }
    return new Statement.CallBlock(at.line(), known, signature(at, null, parameters, defaults));
  }

  private Signature signature(Segment.Statement at, String name) {
    List<String> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    parameters(parameters, defaults);
    return signature(at, name, parameters, defaults);
  }

  private Signature signature(
      Segment.Statement at, String name, List<String> parameters, List<Expression> defaults) {
    ended();
    Set<String> around = used;
    used = new HashSet<>();
    List<Statement> body = body(at, "end" + at.name());
    ended();
    Set<String> inside = used;
    around.addAll(inside);
    used = around;
    return new Signature(name, at.line(), parameters, defaults, body, inside);
  }

  private void parameters(List<String> parameters, List<Expression> defaults) {
    words.expect("(");
    while (!words.skip(")")) {
      if (!parameters.isEmpty()) {
        words.expect(",");
      }
      String name = targets().name();
      if (parameters.contains(name)) {
        throw words.fail("duplicate argument '" + name + "' in a macro");
      }
      parameters.add(name);
      if (words.skip("=")) {
        defaults.add(expressions().expression());
      } else if (!defaults.isEmpty()) {
        throw words.fail("non-default argument follows default argument");
      }
    }
  }
}
