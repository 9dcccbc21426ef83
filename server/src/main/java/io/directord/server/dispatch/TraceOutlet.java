package io.directord.server.dispatch;

import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Job;

/** Is told of what the store has. Called on the dispatcher's thread, and must not block. */
public interface TraceOutlet {
  /** Of a server without traces. */
  TraceOutlet NONE =
      new TraceOutlet() {
        @Override
        public void result(Job job, NodeOutcome outcome) {}

        @Override
        public void ended(JobSummary job) {}
      };

  /** A job has ended on a node. */
  void result(Job job, NodeOutcome outcome);

  /** A job has ended on all of its nodes. */
  void ended(JobSummary job);
}
