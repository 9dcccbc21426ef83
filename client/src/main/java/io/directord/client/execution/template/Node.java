package io.directord.client.execution.template;

import jinjava.de.odysseus.el.tree.Bindings;
import jinjava.de.odysseus.el.tree.impl.ast.AstNode;
import jinjava.de.odysseus.el.tree.impl.ast.AstRightValue;
import jinjava.javax.el.ELContext;

/** A part of an expression for which the engine has no node of its own. */
final class Node extends AstRightValue {
  private final Code code;

  Node(Code code) {
    this.code = code;
  }

  /** How it is evaluated. */
  @FunctionalInterface
  interface Code {
    Object eval(Bindings bindings, ELContext context);
  }

  @Override
  public Object eval(Bindings bindings, ELContext context) {
    return code.eval(bindings, context);
  }

  @Override
  public void appendStructure(StringBuilder out, Bindings bindings) {
    out.append(code);
  }

  @Override
  public int getCardinality() {
    return 0;
  }

  @Override
  public AstNode getChild(int place) {
    return null;
  }
}
