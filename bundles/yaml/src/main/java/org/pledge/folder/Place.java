package org.pledge.folder;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Which files take effect.
 *
 * @param name what the watching thread is called
 * @param directories where the files are, each with what they depend on: when that changes, they are taken anew
 * @param ending of their names
 * @param mostBytes how much of a file is read
 * @param pollMillis milliseconds between two looks, at least 10
 */
public record Place(
        String name, Supplier<Map<Path, String>> directories, String ending, int mostBytes, long pollMillis) {
    /** Checks the pause. */
    public Place {
        pollMillis = Math.max(10, pollMillis);
    }

    /** The directory that a setting names, in which {@code ${karaf.etc}} stands for the etc directory. */
    public static Path directory(String setting) {
        return Path.of(setting.replace("${karaf.etc}", System.getProperty("karaf.etc", "etc")));
    }
}
