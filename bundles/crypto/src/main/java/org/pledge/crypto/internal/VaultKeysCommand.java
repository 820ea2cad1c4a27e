package org.pledge.crypto.internal;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.pledge.PledgeException;

/** The command {@code vault-keys} of the launcher; it needs no running platform. */
public final class VaultKeysCommand {
    private static final String HELP =
            """
            pledge vault-keys [--shares N] [--needed K] [--keystore FILE]
              makes the card vault's root key in FILE (keys/vault.p12 in PLEDGE_DATA unless given), and prints N shares
              of its password (3 unless given), of which any K open it (2 unless given). Each share is printed once:
              give each to another person.
            pledge vault-keys --renew yes [--shares N] [--needed K] [--keystore FILE]
              asks for the shares that open FILE, and makes new shares for the same root key; the earlier ones open it no
              longer. Needs a terminal; the platform may run.
            pledge vault-keys --pkcs11 LIBRARY [--slot NUMBER] [--label NAME] --pin FILE
              makes the root key in a PKCS#11 token instead, where it stays.
            Exit code: 0 done, 1 not possible, 2 not understood.
            """;
    private static final int MOST_TRIES = 30;
    private static final String CLEAR = "\033[H\033[2J\033[3J";

    /** What stops a command, in words for its user. */
    private static final class Stop extends Exception {
        private static final long serialVersionUID = 1L;

        private final int code;

        Stop(int code, String text) {
            super(text);
            this.code = code;
        }
    }

    private final PrintStream out;
    private final PrintStream err;
    private final Optional<Person> person;
    private Optional<Path> keystore = Optional.empty();
    private Optional<Path> library = Optional.empty();
    private Optional<Path> pin = Optional.empty();
    private String slot = "";
    private String label = "pledge-vault-root";
    private int shares = 3;
    private int needed = 2;
    private boolean renew;

    /** Who sits at the terminal. */
    interface Person {
        /** Waits until they are ready. */
        void ready();

        /** What they type and nobody sees; empty when they go away. The caller wipes it. */
        Optional<char[]> secret(String prompt);
    }

    /** @param person who sees each share alone and says when it is written down; empty to print all at once */
    VaultKeysCommand(PrintStream out, PrintStream err, Optional<Person> person) {
        this.out = out;
        this.err = err;
        this.person = person;
    }

    /** Exits with 0, 1 or 2. */
    public static void main(String[] args) {
        Optional<Person> person = Optional.ofNullable(System.console()).map(Terminal::new);
        System.exit(new VaultKeysCommand(System.out, System.err, person).run(args));
    }

    private record Terminal(Console console) implements Person {
        @Override
        public void ready() {
            console.readLine();
        }

        @Override
        public Optional<char[]> secret(String prompt) {
            return Optional.ofNullable(console.readPassword("%s", prompt));
        }
    }

    int run(String... args) {
        try {
            if (Arrays.asList(args).contains("--help")) {
                out.print(HELP);
                return 0;
            }
            read(args);
            if (library.isPresent()) {
                makeInToken(library.get());
                return 0;
            }
            Path file = keystore.orElseThrow(() -> new Stop(2, "name the key store with --keystore"));
            if (renew) {
                renew(new SharedKeyStore(file));
            } else {
                makeShares(new SharedKeyStore(file));
            }
            return 0;
        } catch (Stop e) {
            err.println("pledge: " + e.getMessage());
            return e.code;
        } catch (PledgeException e) {
            err.println("pledge: " + e.getMessage() + ". " + e.remedy());
            return 1;
        } catch (IOException e) {
            err.println("pledge: cannot read or write: " + e.getMessage());
            return 1;
        }
    }

    private void read(String... args) throws Stop {
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new Stop(2, args[i] + " is not understood, or needs a value; see --help");
            }
            String value = args[i + 1];
            switch (args[i]) {
                case "--keystore" -> keystore = Optional.of(Path.of(value));
                case "--pkcs11" -> library = Optional.of(Path.of(value));
                case "--slot" -> slot = value;
                case "--label" -> label = value;
                case "--pin" -> pin = Optional.of(Path.of(value));
                case "--shares" -> shares = number(value);
                case "--renew" -> renew = yes(value);
                case "--needed" -> needed = number(value);
                default -> throw new Stop(2, "there is no option " + args[i] + "; see --help");
            }
        }
        if (needed > shares) {
            throw new Stop(2, "of " + shares + " shares at most " + shares + " can be needed");
        }
    }

    private static boolean yes(String value) throws Stop {
        if (!"yes".equals(value)) {
            throw new Stop(2, "--renew yes makes new shares for the keys that are there; see --help");
        }
        return true;
    }

    private static int number(String value) throws Stop {
        if (!value.matches("[2-9]")) {
            throw new Stop(2, "there are 2 to 9 shares, and 2 or more of them are needed");
        }
        return Integer.parseInt(value);
    }

    private void makeInToken(Path token) throws Stop {
        char[] typed = TokenRoot.read(pin.orElseThrow(() -> new Stop(2, "name the file with the PIN with --pin")));
        try {
            TokenRootKey.make(new TokenRootKey.Place(token, slot, label), typed);
        } finally {
            Arrays.fill(typed, '\0');
        }
        out.println("Made the root key " + label + " in the token. It cannot be taken out: back the token up by its"
                + " own means.");
        out.println("Next: keys = pkcs11 and pkcs11.library in etc/org.pledge.vault.keys.cfg.");
    }

    private void makeShares(SharedKeyStore store) throws Stop, IOException {
        if (store.exists() || store.about().isPresent()) {
            throw new Stop(
                    1,
                    store.file() + " was made already, and stored cards may need it."
                            + " Choose another --keystore, or move it and its .shares away");
        }
        show(store, store.make(shares, needed));
        out.println("Made " + store.file() + ". Back it up; any " + needed + " of the " + shares
                + " shares open it, and fewer say nothing.");
        out.println("Next: start the platform, then each custodian: vault:unseal");
    }

    private void renew(SharedKeyStore store) throws Stop, IOException {
        Person people = person.orElseThrow(() -> new Stop(2, "new shares are made at a terminal"));
        SharedKeyStore next =
                new SharedKeyStore(store.file().resolveSibling(store.file().getFileName() + ".next"));
        try (SecretBytes root = typed(store, people, "A share you have (nothing shows): ")) {
            show(next, next.make(root, shares, needed));
            out.println("Now show that the new shares are written down. Until then the earlier ones are good.");
            typed(next, people, "A new share (nothing shows): ").close();
        }
        next.replace(store);
        out.println("The new shares open " + store.file() + ", the earlier ones no longer: destroy them, and every"
                + " earlier copy of it, which they still open. Back it up anew.");
    }

    private SecretBytes typed(SharedKeyStore store, Person people, String prompt) throws Stop {
        SharedRoot source = new SharedRoot(store, Clock.systemUTC());
        try {
            for (int i = 0; i < MOST_TRIES; i++) {
                char[] text = people.secret(prompt).orElseThrow(() -> new Stop(1, "nothing was changed"));
                try {
                    Optional<SecretBytes> root = source.takeKey(text, true);
                    if (root.isPresent()) {
                        return root.get();
                    }
                    out.println(source.given() + " of " + source.needed() + " shares.");
                } catch (PledgeException e) {
                    if (e.kind() != PledgeException.Kind.INVALID) {
                        throw e;
                    }
                    err.println("pledge: " + e.getMessage() + ". " + e.remedy());
                } finally {
                    Arrays.fill(text, '\0');
                }
            }
            throw new Stop(1, "nothing was changed");
        } finally {
            source.forget();
        }
    }

    private void show(SharedKeyStore store, List<Share> made) throws IOException {
        try {
            tryAll(store, made);
            made.forEach(this::show);
        } finally {
            made.forEach(Share::close);
        }
    }

    /** Reads each share as a custodian will, and opens the key store with every run of neighbours. */
    private void tryAll(SharedKeyStore store, List<Share> made) throws IOException {
        for (int from = 0; from + needed <= made.size(); from++) {
            List<Share> typed = new ArrayList<>();
            try {
                for (Share each : made.subList(from, from + needed)) {
                    char[] text = each.print();
                    typed.add(Share.read(text));
                    Arrays.fill(text, '\0');
                }
                store.open(typed).close();
            } finally {
                typed.forEach(Share::close);
            }
        }
    }

    private void show(Share share) {
        char[] text = share.print();
        try {
            out.println("Share " + share.index() + " of " + shares + ", set " + Share.setName(share.set()) + ", any "
                    + needed + " open the vault. For one person alone; it is never shown again.");
            out.println();
            for (char each : text) {
                out.print(each);
            }
            out.println();
            out.println();
        } finally {
            Arrays.fill(text, '\0');
        }
        if (person.isPresent()) {
            out.println("Write it down, let the next person come, and press Enter. The screen is cleared then.");
            out.flush();
            person.get().ready();
            out.print(CLEAR);
        }
    }
}
