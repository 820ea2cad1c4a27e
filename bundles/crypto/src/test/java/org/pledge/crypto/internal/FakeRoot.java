package org.pledge.crypto.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A root key that opens alone, and shows whether it was wiped. */
final class FakeRoot implements RootSource {
    private final SecretBytes key;
    final List<SecretBytes> given = new ArrayList<>();

    FakeRoot(SecretBytes key) {
        this.key = key;
    }

    @Override
    public boolean development() {
        return false;
    }

    @Override
    public boolean opensAlone() {
        return true;
    }

    @Override
    public int needed() {
        return 0;
    }

    @Override
    public int given() {
        return 0;
    }

    @Override
    public Optional<RootKey> take(char[] share, boolean keysExist) {
        SecretBytes copy = key.copy();
        given.add(copy);
        return Optional.of(new MemoryRootKey(copy));
    }
}
