package io.directord.verbs.builtin;

import io.directord.common.component.PlanException;
import io.directord.common.component.Values;
import io.directord.common.validation.Quoted;

/** Names of secrets, which are those of arguments and of environment variables. */
final class SecretNames {
  private SecretNames() {}

  static String checked(String name) throws PlanException {
    Values.name(name);
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]*") || name.startsWith("DIRECTORD_")) {
      throw new PlanException(
          "the name of a secret, which is also one of an environment variable, has letters, digits"
              + " and _, and does not begin with DIRECTORD_; it is not "
              + Quoted.of(name));
    }
    return name;
  }
}
