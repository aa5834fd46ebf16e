using Varai.Secrets;

namespace Varai.Vault.Secrets;

/// <summary>The fields that Vault answered, each a <see cref="SecretValue"/>, with the lease if there is one. The caller disposes it.</summary>
public sealed class VaultData : IDisposable
{
    internal VaultData(SecretValue json) => Json = json;

    /// <summary>All fields as one JSON object.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public SecretValue Json { get; }

    /// <summary>The lease, or <see langword="null"/> when there is none.</summary>
    public VaultLease? Lease { get; init; }

    /// <summary>What Vault remarks, for people to read.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The names of the fields.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public IReadOnlyList<string> GetNames()
    {
        var names = new List<string>();
        var members = new JsonMembers(Json.RevealBytes().Span);
        while (members.MoveNext())
            names.Add(members.Name);
        return names;
    }

    /// <summary>A field: a text as text, anything else as JSON. The caller disposes it.</summary>
    /// <param name="name">The field's name.</param>
    /// <returns>The value, or <see langword="null"/> when there is no such field.</returns>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public SecretValue? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var members = new JsonMembers(Json.RevealBytes().Span);
        while (members.MoveNext())
        {
            if (members.Name == name)
                return members.Secret();
        }

        return null;
    }

    /// <summary>A field; see <see cref="Find"/>.</summary>
    /// <param name="name">The field's name.</param>
    /// <exception cref="KeyNotFoundException">There is no such field.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public SecretValue Get(string name) => Find(name)
        ?? throw new KeyNotFoundException($"There is no field '{name}'; there are {string.Join(", ", GetNames())}.");

    /// <summary>Overwrites the fields with zeros.</summary>
    public void Dispose() => Json.Dispose();

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => SecretValue.Redacted;
}
