/**
 * The order in which jobs run: {@link io.directord.client.lane.Lanes} keeps a lane for the whole
 * node and one for each async parent; {@link io.directord.client.lane.JobRunner} runs one job.
 */
package io.directord.client.lane;
