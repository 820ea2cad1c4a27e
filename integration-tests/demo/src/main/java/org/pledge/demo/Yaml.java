package org.pledge.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Reads YAML as a JSON tree. */
public final class Yaml {
    private Yaml() {}

    /** Reads a file. */
    public static JsonNode read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return tree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file.getFileName(), e);
        }
    }

    /** Reads a resource beside this class. */
    public static JsonNode resource(String name) {
        try (InputStream in = Yaml.class.getResourceAsStream(name)) {
            return tree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }

    private static JsonNode tree(InputStream in) {
        Object content = new Load(LoadSettings.builder().build()).loadFromInputStream(in);
        return new ObjectMapper().valueToTree(content);
    }
}
