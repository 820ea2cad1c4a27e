package org.pledge.backup.internal;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.pledge.database.DatabaseUnit;

/** Makes the backup key, and restores backups, while the platform is stopped. */
public final class BackupCommand {
    private static final String HELP =
            """
            ./pledge backup-key --to FILE        makes the pair of keys that backups are encrypted to: the private half, under
                                                 a password, in FILE, which belongs on another machine or medium; the public
                                                 half in data/keys/backup.pub
            ./pledge backup [--to FOLDER]        makes a backup while the platform runs: a file of data and a file of keys
            ./pledge restore DATA KEYS --key FILE [--tombstones FILE]...
                                                 restores into empty databases while the platform is stopped
            ./pledge restore --drill DATA KEYS --key FILE
                                                 restores into a throw-away folder, checks everything, and leaves nothing
              --password-file FILE               holds the password of the private key; otherwise it is asked for
            """;
    private static final List<String> OPTIONS = List.of("--to", "--key", "--password-file", "--etc", "--data");

    private final Map<String, Path> options = new HashMap<>();
    private final List<Path> files = new ArrayList<>();
    private final List<Path> tombstones = new ArrayList<>();
    private final PrintStream out;
    private boolean drill;

    private BackupCommand(PrintStream out) {
        this.out = out;
    }

    /** Ends with 0 when it was done, with 1 otherwise. */
    public static void main(String... arguments) {
        Logger.getLogger("").setLevel(Level.WARNING);
        System.exit(run(System.out, System.err, arguments));
    }

    /** As {@link #main}, and returns the exit code. */
    static int run(PrintStream out, PrintStream err, String... arguments) {
        try {
            List<String> all = Arrays.asList(arguments);
            if (all.isEmpty() || all.contains("--help")) {
                out.print(HELP);
                return 0;
            }
            BackupCommand command = new BackupCommand(out);
            command.take(all.subList(1, all.size()));
            return switch (all.get(0)) {
                case "key" -> command.key();
                case "restore" -> command.restore();
                default -> throw new DamagedFileException("there is no command " + all.get(0));
            };
        } catch (DamagedFileException | org.pledge.database.UnsuitableDatabaseException e) {
            err.println("pledge: " + e.getMessage() + ".");
        } catch (NoSuchFileException e) {
            err.println("pledge: there is no file " + e.getMessage() + ".");
        } catch (IOException e) {
            err.println("pledge: " + e.getClass().getSimpleName() + ": " + e.getMessage());
        } catch (SQLException e) {
            err.println("pledge: a database did not answer as expected (SQLSTATE " + e.getSQLState()
                    + "). Is the platform stopped, and is the address in etc right?");
        }
        return 1;
    }

    private void take(List<String> arguments) throws DamagedFileException {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("--drill")) {
                drill = true;
            } else if (argument.equals("--tombstones") && i + 1 < arguments.size()) {
                tombstones.add(Path.of(arguments.get(++i)));
            } else if (OPTIONS.contains(argument) && i + 1 < arguments.size()) {
                options.put(argument, Path.of(arguments.get(++i)));
            } else if (argument.startsWith("--")) {
                throw new DamagedFileException("there is no option " + argument + "; see --help");
            } else {
                files.add(Path.of(argument));
            }
        }
    }

    private Path option(String name) throws DamagedFileException {
        return Optional.ofNullable(options.get(name))
                .orElseThrow(() -> new DamagedFileException("give " + name + "; see --help"));
    }

    private int key() throws IOException {
        Path privateFile = option("--to");
        Path publicFile = option("--data").resolve("keys").resolve("backup.pub");
        for (Path each : List.of(privateFile, publicFile)) {
            if (Files.exists(each)) {
                throw new DamagedFileException(
                        each + " is there already, and is never replaced: older backups need their"
                                + " key. Move it away to make a new one");
            }
        }
        char[] password = password();
        BackupKey.make(privateFile, password, publicFile);
        Arrays.fill(password, '\0');
        out.println(
                "The private backup key is in " + privateFile + ": keep it, and its password, apart from this machine"
                        + " and from the backups. Without it no backup opens.");
        out.println("The public one is in " + publicFile + ".");
        return 0;
    }

    private char[] password() throws IOException {
        if (options.containsKey("--password-file")) {
            String text = Files.readString(options.get("--password-file")).strip();
            if (text.isEmpty()) {
                throw new DamagedFileException("the file of the password is empty");
            }
            return text.toCharArray();
        }
        Console console = System.console();
        char[] typed = console == null ? new char[0] : console.readPassword("Password of the backup key: ");
        if (typed == null || typed.length == 0) {
            throw new DamagedFileException("a password is needed: type it in a terminal, or give --password-file");
        }
        return typed;
    }

    private int restore() throws IOException, SQLException {
        Path data = given(FileHeader.Content.DATA);
        Path keys = given(FileHeader.Content.KEYS);
        char[] password = password();
        byte[] privateKey = BackupKey.readPrivate(option("--key"), password);
        Arrays.fill(password, '\0');
        Restore restore = new Restore(data, keys, privateKey, rows -> out.println("  " + rows + " rows"));
        return drill ? drill(restore) : restore(restore);
    }

    /** Of several it would not be known which is meant. */
    private Path given(FileHeader.Content content) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path each : files) {
            if (content(each) == content) {
                found.add(each);
            }
        }
        if (found.size() != 1) {
            throw new DamagedFileException(
                    content == FileHeader.Content.DATA
                            ? "give one file of data (.pledge-backup); " + found.size() + " are given"
                            : "give one file of keys (.pledge-keys), the newest; " + found.size() + " are given");
        }
        return found.get(0);
    }

    private static FileHeader.Content content(Path file) throws IOException {
        try {
            return BackupReader.content(file);
        } catch (DamagedFileException e) {
            throw new DamagedFileException(file + ": " + e.getMessage());
        }
    }

    /** Before anything is restored: who was removed would come back. */
    private void requireTombstones() throws IOException {
        for (Path each : tombstones) {
            if (!Files.isRegularFile(each) || Files.size(each) == 0) {
                throw new DamagedFileException(each + " is no file of tombstones. Nothing was changed. Give each file"
                        + " whose name ends with .tombstones, and not their folder");
            }
        }
    }

    private int restore(Restore restore) throws IOException, SQLException {
        tombstoneFolder();
        requireTombstones();
        List<Target.Address> addresses = new ArrayList<>();
        addresses.add(address(DatabaseUnit.VAULT, "org.ops4j.datasource-vault.cfg"));
        addresses.add(address(DatabaseUnit.MAIN, "org.ops4j.datasource-pledge.cfg"));
        Restore.Done done = restore.into(addresses, this::askReplay);
        String what = done.rowsByTable().isEmpty()
                ? "Finished the restore, which was broken off at its end,"
                : "Restored " + done.rows() + " rows";
        out.println(what + " of the backup " + done.name() + " of " + done.made()
                + ". The next start removes again whoever the tombstones in " + tombstoneFolder()
                + " name. Put pledge.p12, pledge.pin and the vault's keys"
                + " in place, then: ./pledge start");
        return 0;
    }

    /** At the next start every tombstone is looked at again. */
    private void askReplay() throws IOException {
        Path folder = tombstoneFolder();
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (Path each : tombstones) {
            Files.copy(
                    each,
                    folder.resolve("given-" + UUID.randomUUID() + ".tombstones"),
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
        for (DatabaseUnit unit : List.of(DatabaseUnit.MAIN, DatabaseUnit.VAULT)) {
            Files.write(folder.resolve("replay-" + unit.name()), new byte[0]);
        }
    }

    private Path tombstoneFolder() throws IOException {
        Path file = option("--etc").resolve("org.pledge.crypto.cfg");
        String folder = Files.exists(file)
                ? settings(file).getProperty("tombstones", "").strip()
                : "";
        if (folder.isEmpty()) {
            return option("--data").resolve("tombstones");
        }
        Path path = Path.of(folder.replace(
                "${karaf.data}", option("--data").toAbsolutePath().toString()));
        if (!path.isAbsolute() || path.toString().contains("${")) {
            throw new DamagedFileException("it is not known which folder tombstones = " + folder + " in " + file
                    + " is, and who was removed would come back. Nothing was changed. Write an absolute path there, or"
                    + " one that begins with ${karaf.data}");
        }
        return path;
    }

    private static Properties settings(Path file) throws IOException {
        Properties settings = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            settings.load(reader);
        }
        return settings;
    }

    private Target.Address address(DatabaseUnit unit, String file) throws IOException {
        Properties settings = settings(option("--etc").resolve(file));
        String data = option("--data").toAbsolutePath().toString();
        return new Target.Address(
                unit,
                settings.getProperty("url", "").replace("${karaf.data}", data),
                settings.getProperty("user", ""),
                settings.getProperty("password", ""));
    }

    private int drill(Restore restore) throws IOException, SQLException {
        Path folder = Files.createTempDirectory(
                Files.createDirectories(option("--data").resolve("tmp")), "drill");
        try {
            List<Target.Address> addresses = Stream.of(DatabaseUnit.VAULT, DatabaseUnit.MAIN)
                    .map(unit -> new Target.Address(
                            unit, "jdbc:h2:durable:retry:" + folder.resolve(unit.name()) + ";TIME ZONE=UTC", "sa", ""))
                    .toList();
            Restore.Done done = restore.into(addresses, () -> {});
            out.println("Backup " + done.name() + " of " + done.made() + ": " + done.rows()
                    + " rows, all counts and digests agree.");
            try (Connection connection = addresses.get(1).connect()) {
                Map<String, String> chains = LedgerCheck.of(connection);
                chains.forEach((tenant, told) -> out.println("  " + tenant + ": " + told));
                boolean broken = chains.values().stream().anyMatch(told -> told.startsWith("BROKEN"));
                out.println(
                        broken ? "The drill FAILED." : "The drill passed. Nothing was changed and nothing is left.");
                return broken ? 1 : 0;
            }
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }
}
