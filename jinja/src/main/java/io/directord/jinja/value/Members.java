package io.directord.jinja.value;

/** A value of the engine that has attributes. */
public interface Members {
  /** The attribute, or {@link Arguments#ABSENT}. */
  Object member(String name);

  /** The name of its type in messages, as Python has it. */
  String type();

  /** Its printed form. */
  default String shown() {
    return "<" + type() + " object>";
  }
}
