package org.pledge.vault.internal;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Deque;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** Looks for secrets in everything that can be reached from an object by fields of ours and collections. */
final class Reach {
    private record Step(Object object, String path) {}

    private final List<byte[]> forms = new ArrayList<>();
    private final List<byte[]> whole = new ArrayList<>();
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Step> open = new ArrayDeque<>();
    private final List<String> found = new ArrayList<>();
    private int looked;

    /**
     * Looks for these.
     *
     * @param parts found within anything, in several encodings
     * @param short_ found only as a whole, because they are too short
     */
    Reach(List<String> parts, List<String> short_) {
        for (String part : parts) {
            byte[] ascii = part.getBytes(StandardCharsets.US_ASCII);
            for (Charset charset :
                    List.of(StandardCharsets.US_ASCII, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE)) {
                forms.add(part.getBytes(charset));
            }
            forms.add(HexFormat.of().formatHex(ascii).getBytes(StandardCharsets.US_ASCII));
            for (int shift = 0; shift < 3; shift++) {
                byte[] shifted = new byte[shift + ascii.length];
                System.arraycopy(ascii, 0, shifted, shift, ascii.length);
                String base64 = Base64.getEncoder().withoutPadding().encodeToString(shifted);
                forms.add(base64.substring(shift == 0 ? 0 : shift + 1, base64.length() - 2)
                        .getBytes(StandardCharsets.US_ASCII));
            }
            if (part.matches("([0-9]{2})+")) {
                forms.add(HexFormat.of().parseHex(part));
            }
        }
        short_.forEach(each -> whole.add(each.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Where they are, as paths from the root. */
    List<String> from(Object root) {
        found.clear();
        seen.clear();
        looked = 0;
        push(root, "root");
        while (!open.isEmpty()) {
            Step step = open.remove();
            look(step.object(), step.path());
        }
        return List.copyOf(found);
    }

    int looked() {
        return looked;
    }

    private void push(Object object, String path) {
        if (object != null && seen.add(object)) {
            open.add(new Step(object, path));
        }
    }

    private void look(Object object, String path) {
        looked++;
        if (object instanceof byte[] bytes) {
            search(bytes, path);
        } else if (object instanceof char[] chars) {
            search(new String(chars).getBytes(StandardCharsets.ISO_8859_1), path);
        } else if (object instanceof CharSequence text) {
            search(text.toString().getBytes(StandardCharsets.ISO_8859_1), path);
        } else if (object instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                push(key, path + ".key");
                push(value, path + "[" + key + "]");
            });
        } else if (object instanceof Iterable<?> all) {
            all.forEach(each -> push(each, path + "[]"));
        } else if (object instanceof Optional<?> maybe) {
            maybe.ifPresent(each -> push(each, path));
        } else if (object instanceof AtomicReference<?> reference) {
            push(reference.get(), path);
        } else if (object instanceof Throwable thrown) {
            push(thrown.toString(), path + ".text");
            push(thrown.getCause(), path + ".cause");
            push(thrown.getSuppressed(), path + ".suppressed");
            fields(object, path);
        } else if (object.getClass().isArray()) {
            for (int i = 0; i < Array.getLength(object); i++) {
                push(Array.get(object, i), path + "[" + i + "]");
            }
        } else {
            push(safeText(object), path + ".toString()");
            fields(object, path);
        }
    }

    private static String safeText(Object object) {
        return object.getClass().getName().startsWith("org.pledge.") ? object.toString() : "";
    }

    private void fields(Object object, String path) {
        for (Class<?> type = object.getClass();
                type != null && type.getName().startsWith("org.pledge.");
                type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!field.getType().isPrimitive() && !constantOfTheTest(type, field)) {
                    push(value(field, object), path + "." + field.getName());
                }
            }
        }
    }

    private static boolean constantOfTheTest(Class<?> type, Field field) {
        return Modifier.isStatic(field.getModifiers()) && type.getName().endsWith("Test");
    }

    private static Object value(Field field, Object object) {
        try {
            field.setAccessible(true);
            return field.get(object);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Searches some bytes. */
    void search(byte[] bytes, String path) {
        boolean part = forms.stream().anyMatch(form -> holds(bytes, form));
        boolean all = whole.stream().anyMatch(each -> Arrays.equals(each, bytes));
        if (part || all) {
            found.add(path);
        }
    }

    private static boolean holds(byte[] bytes, byte[] form) {
        for (int i = 0; i + form.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + form.length, form, 0, form.length)) {
                return true;
            }
        }
        return false;
    }
}
