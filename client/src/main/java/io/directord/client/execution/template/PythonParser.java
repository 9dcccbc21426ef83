package io.directord.client.execution.template;

import com.hubspot.jinjava.el.ExtendedSyntaxBuilder;
import com.hubspot.jinjava.el.ext.AstDict;
import com.hubspot.jinjava.el.ext.AstNamedParameter;
import com.hubspot.jinjava.el.ext.ExtendedParser;
import com.hubspot.jinjava.el.ext.FilterSpec;
import com.hubspot.jinjava.el.ext.OrOperator;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import jinjava.de.odysseus.el.tree.Bindings;
import jinjava.de.odysseus.el.tree.impl.Builder;
import jinjava.de.odysseus.el.tree.impl.Parser;
import jinjava.de.odysseus.el.tree.impl.Scanner;
import jinjava.de.odysseus.el.tree.impl.Scanner.ScanException;
import jinjava.de.odysseus.el.tree.impl.Scanner.Symbol;
import jinjava.de.odysseus.el.tree.impl.ast.AstBinary;
import jinjava.de.odysseus.el.tree.impl.ast.AstChoice;
import jinjava.de.odysseus.el.tree.impl.ast.AstEval;
import jinjava.de.odysseus.el.tree.impl.ast.AstIdentifier;
import jinjava.de.odysseus.el.tree.impl.ast.AstNode;
import jinjava.de.odysseus.el.tree.impl.ast.AstNull;
import jinjava.de.odysseus.el.tree.impl.ast.AstParameters;
import jinjava.de.odysseus.el.tree.impl.ast.AstString;
import jinjava.de.odysseus.el.tree.impl.ast.AstUnary;
import jinjava.javax.el.ELContext;

/**
 * The engine's parser of expressions, with the precedence of Jinja2's operators and Python's values
 * where the engine has Java's.
 */
final class PythonParser extends ExtendedParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=", "in");
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\w\\p{L}]*");
  private static final Set<Symbol> ARGUMENTS =
      Set.of(
          Symbol.IDENTIFIER,
          Symbol.STRING,
          Symbol.INTEGER,
          Symbol.FLOAT,
          Symbol.TRUE,
          Symbol.FALSE,
          Symbol.LBRACK);

  private PythonParser(Builder context, String input) {
    super(context, input);
  }

  /** Makes these parsers, for the engine. */
  static final class Syntax extends ExtendedSyntaxBuilder {
    private static final long serialVersionUID = 1;

    @Override
    protected Parser createParser(String expression) {
      return new PythonParser(this, expression);
    }
  }

  /** What stands after {@code *} or {@code **} in a call. */
  record Spread(Object value) {}

  @Override
  protected Scanner createScanner(String expression) {
    return new PythonScanner(expression);
  }

  @Override
  protected AstEval eval(boolean required, boolean deferred) throws ScanException, ParseException {
    if (getToken().getSymbol() != Symbol.START_EVAL_DEFERRED) {
      return super.eval(required, deferred);
    }
    consumeToken();
    AstEval whole = new AstEval(tuple(Symbol.END_EVAL), true);
    consumeToken(Symbol.END_EVAL);
    return whole;
  }

  /** One expression, or several with commas, which make a tuple. */
  private AstNode tuple(Symbol end) throws ScanException, ParseException {
    List<AstNode> elements = new ArrayList<>();
    boolean tuple = getToken().getSymbol() == end;
    while (getToken().getSymbol() != end) {
      elements.add(expr(true));
      if (getToken().getSymbol() != Symbol.COMMA) {
        break;
      }
      consumeToken();
      tuple = true;
    }
    return tuple
        ? new Node((bindings, context) -> Tuple.of(values(elements, bindings, context)))
        : elements.get(0);
  }

  private static List<Object> values(List<AstNode> nodes, Bindings bindings, ELContext context) {
    List<Object> values = new ArrayList<>();
    nodes.forEach(node -> values.add(node.eval(bindings, context)));
    return values;
  }

  @Override
  protected AstNode expr(boolean required) throws ScanException, ParseException {
    AstNode value = or(required);
    while (value != null && skip("if")) {
      AstNode condition = or(true);
      value = createAstChoice(condition, value, skip("else") ? expr(true) : new AstNull());
    }
    return value;
  }

  @Override
  protected AstChoice createAstChoice(AstNode question, AstNode yes, AstNode no) {
    AstNode otherwise =
        no instanceof AstNull
            ? new Node((bindings, context) -> Undefined.noElse(Interpreter.current()))
            : no;
    return new AstChoice(question, yes, otherwise) {
      @Override
      public Object eval(Bindings bindings, ELContext context) {
        boolean holds = Values.truth(question.eval(bindings, context));
        return (holds ? yes : otherwise).eval(bindings, context);
      }
    };
  }

  @Override
  protected AstBinary createAstBinary(AstNode left, AstNode right, AstBinary.Operator operator) {
    if (operator != AstBinary.AND && operator != OrOperator.OP) {
      return super.createAstBinary(left, right, operator);
    }
    boolean enough = operator == OrOperator.OP;
    return new AstBinary(
        left,
        right,
        (bindings, context, first, second) -> {
          Object value = first.eval(bindings, context);
          return Values.truth(value) == enough ? value : second.eval(bindings, context);
        });
  }

  private AstNode binary(AstNode left, String operator, AstNode right) {
    return createAstBinary(
        left,
        right,
        (bindings, context, first, second) ->
            Operators.apply(
                operator, first.eval(bindings, context), second.eval(bindings, context)));
  }

  /** Whether a name is next; after a point, and before a value, keywords are names like others. */
  private boolean atName() {
    Symbol symbol = getToken().getSymbol();
    return symbol != Symbol.STRING && NAME.matcher(getToken().getImage()).matches();
  }

  private String name() throws ScanException, ParseException {
    if (!atName()) {
      fail("a name");
    }
    return consumeToken().getImage();
  }

  private boolean at(String image) {
    Symbol symbol = getToken().getSymbol();
    return symbol != Symbol.STRING && image.equals(getToken().getImage());
  }

  private boolean skip(String image) throws ScanException, ParseException {
    boolean there = at(image);
    if (there) {
      consumeToken();
    }
    return there;
  }

  /** A comparison, which may be a chain of them, or {@code not} before one. */
  @Override
  protected AstNode eq(boolean required) throws ScanException, ParseException {
    if (skip("not")) {
      return createAstUnary(
          eq(true), (bindings, context, child) -> !Values.truth(child.eval(bindings, context)));
    }
    AstNode first = add(required);
    List<String> operators = new ArrayList<>();
    List<AstNode> operands = new ArrayList<>();
    while (first != null && atComparison()) {
      operators.add(skip("not") ? "not " + consumeToken().getImage() : consumeToken().getImage());
      operands.add(add(true));
    }
    return operators.isEmpty()
        ? first
        : new Node(
            (bindings, context) -> {
              Object left = first.eval(bindings, context);
              boolean holds = true;
              for (int i = 0; holds && i < operators.size(); i++) {
                Object right = operands.get(i).eval(bindings, context);
                holds = Operators.compare(operators.get(i), left, right);
                left = right;
              }
              return holds;
            });
  }

  private boolean atComparison() throws ScanException, ParseException {
    return COMPARISONS.stream().anyMatch(this::at)
        || at("not") && "in".equals(lookahead(0).getImage());
  }

  @Override
  protected AstNode add(boolean required) throws ScanException, ParseException {
    AstNode value = concatenation(required);
    while (value != null && (at("+") || at("-"))) {
      value = binary(value, consumeToken().getImage(), concatenation(true));
    }
    return value;
  }

  private AstNode concatenation(boolean required) throws ScanException, ParseException {
    AstNode value = mul(required);
    while (value != null && skip("~")) {
      value =
          createAstBinary(
              value,
              mul(true),
              (bindings, context, left, right) ->
                  Operators.apply(
                      "+",
                      Values.text(left.eval(bindings, context)),
                      Values.text(right.eval(bindings, context))));
    }
    return value;
  }

  @Override
  protected AstNode mul(boolean required) throws ScanException, ParseException {
    AstNode value = power(required);
    while (value != null && (at("*") || at("/") || at("//") || at("%"))) {
      value = binary(value, consumeToken().getImage(), power(true));
    }
    return value;
  }

  private AstNode power(boolean required) throws ScanException, ParseException {
    AstNode value = filter(required);
    while (value != null && skip("**")) {
      value = binary(value, "**", filter(true));
    }
    return value;
  }

  @Override
  protected AstNode unary(boolean required) throws ScanException, ParseException {
    if (at("-") || at("+")) {
      String sign = consumeToken().getImage();
      AstUnary.Operator operator =
          (bindings, context, child) -> Operators.sign(sign, child.eval(bindings, context));
      return createAstUnary(unary(true), operator);
    }
    AstNode value = value();
    if (value == null && required) {
      fail("an expression");
    }
    return value;
  }

  /** A value with the filters and tests after it. */
  @Override
  protected AstNode filter(boolean required) throws ScanException, ParseException {
    AstNode value = unary(required);
    while (value != null) {
      if (at("|")) {
        value = filters(value);
      } else if (skip("is")) {
        value = test(value);
      } else {
        return value;
      }
    }
    return null;
  }

  private AstNode filters(AstNode input) throws ScanException, ParseException {
    List<FilterSpec> filters = new ArrayList<>();
    while (skip("|")) {
      String name = consumeToken(Symbol.IDENTIFIER).getImage();
      Filters.find(name);
      filters.add(new FilterSpec(name, at("(") ? params() : null));
    }
    return createAstFilterChain(input, filters);
  }

  private AstNode test(AstNode value) throws ScanException, ParseException {
    boolean negated = skip("not");
    String name = name();
    List<AstNode> arguments = new ArrayList<>();
    if (at("(")) {
      arguments.add(params());
    } else if (ARGUMENTS.contains(getToken().getSymbol()) && !at("is") || at("{")) {
      arguments.add(value());
    } else if (at("is")) {
      throw new TemplateException("You cannot chain multiple tests with is");
    } else if (at("if") || at("not") || at("in")) {
      fail("the end");
    }
    Tests.find(name);
    AstNode argument = arguments.isEmpty() ? null : arguments.get(0);
    return new Node(
        (bindings, context) -> {
          Interpreter interpreter = Interpreter.current();
          ExpTest test = interpreter.getContext().getExpTest(name);
          Object subject = value.eval(bindings, context);
          Object[] given = given(argument, bindings, context);
          return test.evaluate(subject, interpreter, given) != negated;
        });
  }

  private static Object[] given(AstNode argument, Bindings bindings, ELContext context) {
    if (argument == null) {
      return new Object[0];
    }
    return argument instanceof AstParameters parameters
        ? parameters.eval(bindings, context)
        : new Object[] {argument.eval(bindings, context)};
  }

  /** The arguments of a call, or the elements of a list. */
  @Override
  protected AstParameters params(Symbol left, Symbol right) throws ScanException, ParseException {
    consumeToken(left);
    List<AstNode> given = new ArrayList<>();
    while (getToken().getSymbol() != right) {
      given.add(right == Symbol.RPAREN ? argument() : expr(true));
      if (getToken().getSymbol() != right) {
        consumeToken(Symbol.COMMA);
      }
    }
    consumeToken(right);
    return createAstParameters(given);
  }

  private AstNode argument() throws ScanException, ParseException {
    if (skip("*") || skip("**")) {
      AstNode all = expr(true);
      return new Node((bindings, context) -> new Spread(all.eval(bindings, context)));
    }
    if (atName()
        && lookahead(0).getSymbol() != Symbol.STRING
        && "=".equals(lookahead(0).getImage())) {
      AstIdentifier name = identifier(name());
      consumeToken();
      return new AstNamedParameter(name, expr(true));
    }
    return expr(true);
  }

  /** A value with its attributes, elements and calls. */
  @Override
  protected AstNode value() throws ScanException, ParseException {
    AstNode value = nonliteral();
    value = value == null ? literal() : value;
    while (value != null) {
      AstNode base = value;
      if (skip(".")) {
        String name = name();
        value =
            new Node((bindings, context) -> Lookup.attribute(base.eval(bindings, context), name));
      } else if (getToken().getSymbol() == Symbol.FLOAT && getToken().getImage().startsWith(".")) {
        Object index = Numbers.literal(consumeToken().getImage().substring(1));
        value =
            new Node((bindings, context) -> Lookup.element(base.eval(bindings, context), index));
      } else if (skip("[")) {
        value = element(base);
      } else if (at("(")) {
        value = call(base);
      } else {
        return value;
      }
    }
    return null;
  }

  private AstNode call(AstNode callee) throws ScanException, ParseException {
    AstParameters given = params();
    return new Node(
        (bindings, context) ->
            Interpreter.current()
                .call(callee.eval(bindings, context), Arguments.of(given.eval(bindings, context))));
  }

  private AstNode element(AstNode base) throws ScanException, ParseException {
    AstNode[] bounds = new AstNode[3];
    boolean slice = false;
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = expr(false);
      if (i == bounds.length - 1 || !skip(":")) {
        break;
      }
      slice = true;
    }
    consumeToken(Symbol.RBRACK);
    if (!slice) {
      return new Node(
          (bindings, context) ->
              Lookup.element(
                  base.eval(bindings, context),
                  bounds[0] == null ? Tuple.of() : bounds[0].eval(bindings, context)));
    }
    return new Node(
        (bindings, context) -> {
          Object[] places = new Object[bounds.length];
          for (int i = 0; i < places.length; i++) {
            places[i] = bounds[i] == null ? null : bounds[i].eval(bindings, context);
          }
          return Slices.of(base.eval(bindings, context), places[0], places[1], places[2]);
        });
  }

  @Override
  protected AstNode nonliteral() throws ScanException, ParseException {
    if (getToken().getSymbol() == Symbol.IDENTIFIER) {
      String name = consumeToken().getImage();
      return name.equals("none") || name.equals("None")
          ? new Node((bindings, context) -> null)
          : identifier(name);
    }
    if (!skip("(")) {
      return null;
    }
    AstNode inner = tuple(Symbol.RPAREN);
    consumeToken(Symbol.RPAREN);
    return inner;
  }

  @Override
  protected AstIdentifier createAstIdentifier(String name, int index) {
    return new AstIdentifier(name, index, false) {
      @Override
      public Object eval(Bindings bindings, ELContext context) {
        return Interpreter.current().value(name);
      }
    };
  }

  @Override
  protected AstNode literal() throws ScanException, ParseException {
    if (getToken().getSymbol() == Symbol.LBRACK) {
      AstParameters elements = params(Symbol.LBRACK, Symbol.RBRACK);
      return new Node(
          (bindings, context) -> new ArrayList<>(Arrays.asList(elements.eval(bindings, context))));
    }
    if (getToken().getSymbol() == Symbol.STRING) {
      StringBuilder text = new StringBuilder();
      while (getToken().getSymbol() == Symbol.STRING) {
        text.append(consumeToken().getImage());
      }
      return new AstString(text.toString());
    }
    return super.literal();
  }

  @Override
  protected Number parseInteger(String digits) {
    return (Number) Numbers.literal(digits);
  }

  @Override
  protected AstDict createAstDict(Map<AstNode, AstNode> entries) {
    return new AstDict(entries) {
      @Override
      public Object eval(Bindings bindings, ELContext context) {
        Map<Object, Object> map = new LinkedHashMap<>();
        dict.forEach(
            (key, value) ->
                map.put(Values.key(key.eval(bindings, context)), value.eval(bindings, context)));
        return map;
      }
    };
  }
}
