package io.directord.common.orchestration;

import io.directord.common.component.PlanContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.SourceFile;
import java.util.List;

/** Where an orchestration is planned that comes without files. */
final class NoFiles implements PlanContext {
  static final NoFiles INSTANCE = new NoFiles();

  private NoFiles() {}

  @Override
  public Matches files(String source) throws PlanException {
    throw none("files");
  }

  @Override
  public Directory directory(String source, List<String> exclude) throws PlanException {
    throw none("directories");
  }

  @Override
  public SourceFile secret(SecretSource from, String name) throws PlanException {
    throw none("secrets");
  }

  private static PlanException none(String what) {
    return new PlanException(
        what + " cannot be brought here: use 'directord orchestrate' or 'directord exec' for this");
  }
}
