using Varai.Secrets;

namespace Varai.Testing.Secrets;

/// <summary>What every <see cref="ISecretProvider"/> must do. Call <see cref="RunAsync"/> from one test, or each method from a
/// test of its own; a broken rule is a <see cref="ContractException"/>.</summary>
/// <remarks>Names are made of lower-case letters, digits and <c>-</c>, which every known backend accepts. The rules for writing
/// run only for a provider that implements <see cref="ISecretWriter"/>, and so for <see cref="ISecretLister"/> and
/// <see cref="ISecretBatchReader"/>. What the rules plant and write stays behind in the backend, named <c>varai-contract-...</c>.</remarks>
public sealed class SecretProviderContract
{
    private readonly ISecretProvider _provider;
    private readonly Func<string, SecretValue, CancellationToken, Task> _plant;

    /// <summary>Creates the contract for a provider.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="plant">Puts a secret into its backend by other means than the provider.</param>
    public SecretProviderContract(ISecretProvider provider, Func<string, SecretValue, CancellationToken, Task> plant)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(plant);
        _provider = provider;
        _plant = plant;
    }

    /// <summary>Checks every rule.</summary>
    /// <param name="cancellationToken">Stops the checks.</param>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        HasStableName();
        await ReadsWhatIsThereAsync(cancellationToken).ConfigureAwait(false);
        await AnswersNullForMissingAsync(cancellationToken).ConfigureAwait(false);
        await AnswersNullForMissingVersionAsync(cancellationToken).ConfigureAwait(false);
        await ToleratesEveryValidNameAsync(cancellationToken).ConfigureAwait(false);
        await ReadsConcurrentlyAsync(cancellationToken).ConfigureAwait(false);
        await HonoursCancellationAsync(cancellationToken).ConfigureAwait(false);
        await NeverPrintsTheValueAsync(cancellationToken).ConfigureAwait(false);
        if (_provider is ISecretLister lister)
            await ListsAsync(lister, cancellationToken).ConfigureAwait(false);
        if (_provider is ISecretBatchReader batch)
            await ReadsManyAsync(batch, cancellationToken).ConfigureAwait(false);
        if (_provider is ISecretWriter writer)
        {
            await WritesAndReadsBackAsync(writer, cancellationToken).ConfigureAwait(false);
            await OverwritesAsync(writer, cancellationToken).ConfigureAwait(false);
            await KeepsVersionsApartAsync(writer, cancellationToken).ConfigureAwait(false);
            await DeletesAsync(writer, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The name is there and stays the same.</summary>
    public void HasStableName() => Check(
        !string.IsNullOrWhiteSpace(_provider.Name) && _provider.Name == _provider.Name, "Name is empty or changes.");

    /// <summary>A secret that is there is found, with its name, value and provider.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task ReadsWhatIsThereAsync(CancellationToken cancellationToken = default)
    {
        string name = NewName();
        var value = new SecretValue("v-" + Guid.NewGuid().ToString("N"));
        await _plant(name, value, cancellationToken).ConfigureAwait(false);
        Secret secret = await ReadAsync(name, cancellationToken).ConfigureAwait(false)
            ?? throw new ContractException($"GetAsync('{name}') did not find the secret that was put there.");
        Check(secret.Name == name, $"GetAsync('{name}') gave a secret named '{secret.Name}'.");
        Check(secret.Value.ContentEquals(value), $"GetAsync('{name}') gave another value than was put there.");
        Check(secret.Provider == _provider.Name, $"GetAsync('{name}') named the provider '{secret.Provider}', not '{_provider.Name}'.");

        // The store overwrites what it was given.
        secret.Value.Dispose();
        Secret? again = await ReadAsync(name, cancellationToken).ConfigureAwait(false);
        Check(
            again?.Value.IsDisposed() == false && again.Value.ContentEquals(value),
            $"GetAsync('{name}') gave a value that it had given before. What it gives belongs to the store, which overwrites it: give a copy.");
        if (secret.Version is not { } version)
            return;

        Secret? byVersion = await _provider.GetAsync(new SecretRequest(name) { Version = version }, cancellationToken).ConfigureAwait(false);
        Check(
            byVersion?.Value.ContentEquals(value) == true,
            $"GetAsync('{name}') said that the current version is '{version}', but does not find it by that version.");
    }

    /// <summary>A secret that is not there is null, not an exception.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public Task AnswersNullForMissingAsync(CancellationToken cancellationToken = default) => CheckMissingAsync(NewName(), cancellationToken);

    /// <summary>A version that is not there is null, not another version and not an exception.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task AnswersNullForMissingVersionAsync(CancellationToken cancellationToken = default)
    {
        string name = NewName();
        await _plant(name, new SecretValue("value"), cancellationToken).ConfigureAwait(false);
        var request = new SecretRequest(name) { Version = "varai-no-such-version" };
        Check(
            await _provider.GetAsync(request, cancellationToken).ConfigureAwait(false) is null,
            $"GetAsync('{name}', version '{request.Version}') found a version that does not exist.");
    }

    /// <summary>A valid name that the backend can't hold is not here, which is null and no failure of the chain.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task ToleratesEveryValidNameAsync(CancellationToken cancellationToken = default)
    {
        string unique = NewName();
        foreach (string name in (string[])[$"{unique}:a", $"{unique}/a/b", $"/{unique}", $"{unique}.a", $"{unique}=+%?&;", $"{unique}-é", new('x', SecretName.MaximumLength)])
            await CheckMissingAsync(name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads from many threads at once all give the right value.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task ReadsConcurrentlyAsync(CancellationToken cancellationToken = default)
    {
        const int Count = 16;
        (string Name, SecretValue Value)[] secrets = [.. Enumerable.Range(0, Count).Select(i => (NewName(), new SecretValue($"value {i}")))];
        foreach ((string name, SecretValue value) in secrets)
            await _plant(name, value, cancellationToken).ConfigureAwait(false);
        await Parallel.ForEachAsync(secrets, cancellationToken, async (secret, token) =>
        {
            Secret? found = await ReadAsync(secret.Name, token).ConfigureAwait(false);
            Check(found?.Value.ContentEquals(secret.Value) == true, $"GetAsync('{secret.Name}') gave nothing or another secret's value under concurrent reads.");
        }).ConfigureAwait(false);
    }

    /// <summary>A cancelled token in is an <see cref="OperationCanceledException"/> out.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task HonoursCancellationAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string name = NewName();
        var cancelled = new CancellationToken(canceled: true);
        await CheckCancelsAsync("GetAsync", async () => await ReadAsync(name, cancelled).ConfigureAwait(false)).ConfigureAwait(false);
        if (_provider is not ISecretWriter writer)
            return;

        await CheckCancelsAsync(
            "SetAsync", async () => await writer.SetAsync(name, new SecretValue("value"), cancelled).ConfigureAwait(false)).ConfigureAwait(false);
        await CheckCancelsAsync("DeleteAsync", async () => await writer.DeleteAsync(name, cancelled).ConfigureAwait(false)).ConfigureAwait(false);
        Check(await ReadAsync(name, cancellationToken).ConfigureAwait(false) is null, "SetAsync wrote although its token was cancelled.");
    }

    /// <summary>Neither the secret nor the provider shows the value when printed.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task NeverPrintsTheValueAsync(CancellationToken cancellationToken = default)
    {
        string name = NewName();
        string canary = "s3cr3t-canary-" + Guid.NewGuid().ToString("N");
        await _plant(name, new SecretValue(canary), cancellationToken).ConfigureAwait(false);
        Secret? secret = await ReadAsync(name, cancellationToken).ConfigureAwait(false);
        Check(secret is not null && !$"{secret} {secret.Value} {_provider}".Contains(canary, StringComparison.Ordinal), "ToString shows the value.");
    }

    /// <summary>What is written is read back byte by byte: text, text with newlines, nothing, and bytes that are no text. A backend that
    /// can't hold an empty value may refuse it.</summary>
    /// <param name="writer">The provider.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task WritesAndReadsBackAsync(ISecretWriter writer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach (byte[] bytes in (byte[][])["text"u8.ToArray(), "é\n"u8.ToArray(), "\n\r\n"u8.ToArray(), [], [0, 255, 128, 10]])
        {
            string name = NewName();
            string? version;
            try
            {
                version = await writer.SetAsync(name, new SecretValue(bytes), cancellationToken).ConfigureAwait(false);
            }
            catch (SecretProviderException e) when (bytes.Length == 0 && !e.IsTransient)
            {
                Check(await ReadAsync(name, cancellationToken).ConfigureAwait(false) is null, "An empty value was refused, and yet something is read.");
                continue;
            }

            Secret? secret = await ReadAsync(name, cancellationToken).ConfigureAwait(false);
            Check(
                secret is not null && secret.Value.RevealBytes().Span.SequenceEqual(bytes),
                $"A value of {bytes.Length} bytes ({Convert.ToHexString(bytes)}) was written and not read back.");
            Check(secret!.Version == version, $"SetAsync gave the version '{version}', GetAsync '{secret.Version}'.");
        }
    }

    /// <summary>A second write replaces the value and gives another version.</summary>
    /// <param name="writer">The provider.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task OverwritesAsync(ISecretWriter writer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writer);
        string name = NewName();
        string? first = await writer.SetAsync(name, new SecretValue("one"), cancellationToken).ConfigureAwait(false);
        string? second = await writer.SetAsync(name, new SecretValue("two"), cancellationToken).ConfigureAwait(false);
        Check(first is null || first != second, $"Two writes gave the same version '{first}'.");
        Secret? secret = await ReadAsync(name, cancellationToken).ConfigureAwait(false);
        Check(secret?.Value.RevealString() == "two", "After a second write the first value is read.");
    }

    /// <summary>A version that was replaced is read as it was, or not at all; never as another one.</summary>
    /// <param name="writer">The provider.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task KeepsVersionsApartAsync(ISecretWriter writer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writer);
        string name = NewName();
        string? first = await writer.SetAsync(name, new SecretValue("one"), cancellationToken).ConfigureAwait(false);
        string? second = await writer.SetAsync(name, new SecretValue("two"), cancellationToken).ConfigureAwait(false);
        if (first is null || second is null)
            return;

        Secret? old = await _provider.GetAsync(new SecretRequest(name) { Version = first }, cancellationToken).ConfigureAwait(false);
        Check(old is null || old.Value.RevealString() == "one", $"The replaced version '{first}' is read as another value.");
        Check(old is null || old.Version == first, $"The replaced version '{first}' is read as the version '{old?.Version}'.");
        Secret? current = await _provider.GetAsync(new SecretRequest(name) { Version = second }, cancellationToken).ConfigureAwait(false);
        Check(current?.Value.RevealString() == "two", $"The current version '{second}' is not found by that version.");
    }

    /// <summary>What was put there is listed once, by the name it is read by; a prefix leaves out the rest.</summary>
    /// <param name="lister">The provider.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task ListsAsync(ISecretLister lister, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lister);
        string prefix = NewName();
        string[] names = [.. Enumerable.Range(0, 5).Select(i => $"{prefix}-{i}")];
        foreach (string name in names)
            await _plant(name, new SecretValue("value"), cancellationToken).ConfigureAwait(false);
        string other = NewName();
        await _plant(other, new SecretValue("value"), cancellationToken).ConfigureAwait(false);

        IReadOnlyList<string> listed = await ListAsync(lister, prefix, cancellationToken).ConfigureAwait(false);
        Check(
            listed.Order(StringComparer.Ordinal).SequenceEqual(names, StringComparer.Ordinal),
            $"ListAsync('{prefix}') gave {string.Join(", ", listed)}; there are {string.Join(", ", names)}.");
        listed = await ListAsync(lister, prefix: null, cancellationToken).ConfigureAwait(false);
        Check(listed.Distinct(StringComparer.Ordinal).Count() == listed.Count, "ListAsync gave a name twice.");
        Check(!names.Append(other).Except(listed, StringComparer.Ordinal).Any(), "ListAsync without a prefix left a secret out.");
        listed = await ListAsync(lister, NewName(), cancellationToken).ConfigureAwait(false);
        Check(listed.Count == 0, "ListAsync with a prefix that no name has gave something.");
    }

    /// <summary>Several are read at once: those that are there, each with its own value, and no others.</summary>
    /// <param name="batch">The provider.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task ReadsManyAsync(ISecretBatchReader batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        string[] names = [.. Enumerable.Range(0, 45).Select(_ => NewName())];
        foreach (string name in names)
            await _plant(name, new SecretValue("value of " + name), cancellationToken).ConfigureAwait(false);
        IReadOnlyList<Secret> found = await batch.GetManyAsync([.. names, NewName()], cancellationToken).ConfigureAwait(false);
        Check(
            found.Select(secret => secret.Name).Order(StringComparer.Ordinal).SequenceEqual(names.Order(StringComparer.Ordinal), StringComparer.Ordinal),
            $"GetManyAsync of {names.Length} secrets and one that is missing gave {found.Count}.");
        Check(
            found.All(secret => secret.Provider == _provider.Name && secret.Value.RevealString() == "value of " + secret.Name),
            "GetManyAsync gave a secret another one's value or provider.");
        Check((await batch.GetManyAsync([], cancellationToken).ConfigureAwait(false)).Count == 0, "GetManyAsync of nothing gave something.");
    }

    /// <summary>A deleted secret is gone, deleting it again says that there was none, and the name can be used again.</summary>
    /// <param name="writer">The provider.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task DeletesAsync(ISecretWriter writer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writer);
        string name = NewName();
        Check(!await writer.DeleteAsync(name, cancellationToken).ConfigureAwait(false), "DeleteAsync of a secret that was never there is true.");
        await writer.SetAsync(name, new SecretValue("one"), cancellationToken).ConfigureAwait(false);
        Check(await writer.DeleteAsync(name, cancellationToken).ConfigureAwait(false), "DeleteAsync of a secret that was there is false.");
        Check(await ReadAsync(name, cancellationToken).ConfigureAwait(false) is null, "A deleted secret is still read.");
        Check(!await writer.DeleteAsync(name, cancellationToken).ConfigureAwait(false), "DeleteAsync of a deleted secret is true.");
        await writer.SetAsync(name, new SecretValue("two"), cancellationToken).ConfigureAwait(false);
        Secret? again = await ReadAsync(name, cancellationToken).ConfigureAwait(false);
        Check(again?.Value.RevealString() == "two", "A secret that was deleted can't be set again.");
    }

    private async Task<IReadOnlyList<string>> ListAsync(ISecretLister lister, string? prefix, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (SecretInfo info in lister.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            Check(info.Provider == _provider.Name, $"ListAsync named the provider '{info.Provider}', not '{_provider.Name}'.");
            names.Add(info.Name);
        }

        return names;
    }

    private ValueTask<Secret?> ReadAsync(string name, CancellationToken cancellationToken) =>
        _provider.GetAsync(new SecretRequest(name), cancellationToken);

    private async Task CheckMissingAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            Check(await ReadAsync(name, cancellationToken).ConfigureAwait(false) is null, $"GetAsync('{name}') found a secret that was never put there.");
        }
        catch (Exception e) when (e is not ContractException and not OperationCanceledException)
        {
            throw new ContractException($"GetAsync('{name}') threw {e.GetType().Name}; a secret that is not there is null.", e);
        }
    }

    private static async Task CheckCancelsAsync(string operation, Func<Task> call)
    {
        try
        {
            await call().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception e)
        {
            throw new ContractException($"{operation} with a cancelled token threw {e.GetType().Name}, not OperationCanceledException.", e);
        }

        throw new ContractException($"{operation} with a cancelled token did not throw OperationCanceledException.");
    }

    private static void Check(bool condition, string broken)
    {
        if (!condition)
            throw new ContractException(broken);
    }

    private static string NewName() => $"varai-contract-{Guid.NewGuid():N}";
}
