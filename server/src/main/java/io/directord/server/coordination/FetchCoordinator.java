package io.directord.server.coordination;

import io.directord.common.api.NodeOutcome;
import io.directord.common.wire.Upload;
import io.directord.verbs.builtin.FetchComponent;

/** FETCH: takes what a node announces of its files, until its job has ended there. */
public final class FetchCoordinator implements Coordinator {
  @Override
  public String verb() {
    return FetchComponent.VERB;
  }

  @Override
  public void waiting(Work job, String node, String answer, Floor floor) {
    Upload upload = Upload.of(answer);
    if (upload == null) {
      floor.resume(node, job.id(), false, "the server does not understand what is to be sent");
      return;
    }
    floor.takeFiles(node, job, upload);
    floor.resume(node, job.id(), true, "");
  }

  @Override
  public void ended(Work job, String node, NodeOutcome outcome, Floor floor) {
    if (job.job().verb().equals(verb())) {
      floor.endFiles(node, job.id());
    }
  }
}
