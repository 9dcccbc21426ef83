/**
 * The one reader of YAML, for everything that people write in it: a file becomes nodes with places,
 * within limits, and every error is noted with its line and column. Start with {@link
 * io.directord.common.yaml.YamlReader}; {@link io.directord.common.yaml.YamlValues} makes JSON of
 * nodes.
 */
package io.directord.common.yaml;
