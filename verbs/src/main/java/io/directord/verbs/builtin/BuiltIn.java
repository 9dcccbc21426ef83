package io.directord.verbs.builtin;

import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.Component;
import io.directord.common.component.JobCheck;
import io.directord.common.component.PlanException;
import io.directord.common.component.Syntax;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** Base class of the verbs that come with directord. */
abstract class BuiltIn<A> implements Component<A> {
  private final String verb;
  private final Supplier<A> arguments;
  private final Syntax<A> syntax;

  /**
   * @param verb in upper case
   * @param arguments creates arguments with their defaults
   */
  BuiltIn(String verb, Supplier<A> arguments, Syntax<A> syntax) {
    this.verb = verb;
    this.arguments = arguments;
    this.syntax = syntax;
  }

  @Override
  public final String verb() {
    return verb;
  }

  @Override
  public final A newArguments() {
    return arguments.get();
  }

  @Override
  public final Syntax<A> syntax() {
    return syntax;
  }

  @Override
  public final ObjectNode complete(ObjectNode written) throws PlanException {
    ArgumentErrors errors = new ArgumentErrors();
    JobCheck.written(this, written, true, errors);
    errors.finish();
    return written;
  }
}
