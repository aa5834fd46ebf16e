namespace Varai.Configuration.Validation;

/// <summary>Turns the binder's exception into an error with a place. The binder's own text quotes the value, which may be a
/// resolved secret, so nothing of it but the key and the type is kept.</summary>
internal static class BindingFailure
{
    public static ConfigurationError Describe(Exception exception, string component, ConfigurationNode root)
    {
        if (!TryFindKey(exception is InvalidOperationException ? exception.Message : "", out string key, out string type))
        {
            return new ConfigurationError(
                $"The component can't be bound or checked: {Name(exception)} was raised.",
                OriginOf(root, component), component)
            {
                Check = "binding",
            };
        }

        key = AsWritten(key, root);
        ConfigurationNode? node = root.FindKey(key);
        return new ConfigurationError(
            $"The value can't be read as {type}.", OriginOf(root, key), key)
        {
            Check = "binding",
            Found = node is null ? null : Show(node),
        };
    }

    // What reflection wraps says more than that it was wrapped.
    private static string Name(Exception exception) =>
        (exception is System.Reflection.TargetInvocationException { InnerException: { } inner } ? inner : exception).GetType().Name;

    /// <summary>A key with its names as the document has them; the binder names a key by its properties.</summary>
    public static string AsWritten(string key, ConfigurationNode root)
    {
        string[] names = key.Split(':');
        ConfigurationNode? node = root;
        for (int i = 0; i < names.Length && node is not null; i++)
        {
            int index = node.IndexOf(names[i]);
            if (index >= 0)
                names[i] = node.Members[index].Name;
            node = node.FindKey(names[i]);
        }

        return string.Join(':', names);
    }

    // From the end: a value may hold the very words that follow it.
    private static bool TryFindKey(string message, out string key, out string type)
    {
        const string BeforeKey = "' at '";
        const string BeforeType = "' to type '";
        key = type = "";
        int typeAt = message.LastIndexOf(BeforeType, StringComparison.Ordinal);
        int keyAt = typeAt < 0 ? -1 : message.LastIndexOf(BeforeKey, typeAt, StringComparison.Ordinal);
        if (keyAt < 0)
            return false;
        key = message[(keyAt + BeforeKey.Length)..typeAt];
        int from = typeAt + BeforeType.Length;
        int to = message.IndexOf('\'', from);
        type = to < 0 ? message[from..] : message[from..to];
        return true;
    }

    private static ConfigurationOrigin OriginOf(ConfigurationNode root, string key) => (root.FindKey(key) ?? root).Origin;

    /// <summary>The kind and the text as written: a reference, never the secret.</summary>
    public static string Show(ConfigurationNode node) => $"{node.Kind.ToString().ToLowerInvariant()} {CanonicalJson.WriteText(node)}";
}
