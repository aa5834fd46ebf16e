namespace Varai.Secrets.LocalStore;

/// <summary>The settings of the encrypted local store, bound from the section <c>Varai:Secrets:LocalStore</c>.</summary>
public sealed class LocalSecretStoreOptions
{
    /// <summary>The most versions of one secret that <see cref="MaxVersions"/> may allow.</summary>
    public const int GreatestMaxVersions = 1000;

    /// <summary>The store's file; a relative path starts at the host's content root. Keep it off network file systems.</summary>
    /// <value>Default: empty, which is the file <c>secrets.enc</c> in the folder <c>Varai:State:Directory</c> (<c>.varai</c>).</value>
    public string Path { get; set; } = "";

    /// <summary>The file of the master key, made at the first write; a relative path starts at the host's content root. Used unless there is
    /// an <see cref="ISecretKeyProvider"/> or one of the environment variables <c>VARAI_SECRET_KEY</c> and <c>VARAI_SECRET_KEY_FILE</c>.
    /// Whoever has it and the store's file has the secrets, so keep it elsewhere.</summary>
    /// <value>Default: empty, which is <c>varai/keys/(application name).key</c> in the user's local application data.</value>
    public string KeyFile { get; set; } = "";

    /// <summary>How many versions of a secret are kept, the current one included.</summary>
    /// <value>1 to 1000. Default: 10.</value>
    public int MaxVersions { get; set; } = 10;
}
