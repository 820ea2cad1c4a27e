package org.pledge.policy.internal;

import java.nio.file.Path;

/** Finds the directory that a setting names. */
final class Folder {
    private Folder() {}

    static Path of(String setting) {
        return Path.of(setting.replace("${karaf.etc}", System.getProperty("karaf.etc", "etc")));
    }
}
