namespace Varai.Monitoring.Channels;

/// <summary>The headers that a user wants each request to have.</summary>
internal sealed class ChannelHeaders(ChannelContext context, IDictionary<string, string> headers, IDictionary<string, string> secretHeaders)
{
    private readonly Dictionary<string, ChannelSecret> _secrets = secretHeaders.ToDictionary(
        h => h.Key, h => context.Secret($"HeaderSecrets:{h.Key}", value: null, h.Value), StringComparer.OrdinalIgnoreCase);

    /// <returns>The secrets that were added, by the names of their headers.</returns>
    /// <exception cref="AlertChannelException">A secret can't be read, or is no value of a header.</exception>
    public async ValueTask<IReadOnlyList<(string Name, string Value)>> AddAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        foreach ((string name, string value) in headers)
            Add(request, name, value);
        var added = new List<(string, string)>(_secrets.Count);
        foreach ((string name, ChannelSecret secret) in _secrets)
        {
            string value = await secret.GetAsync(cancellationToken).ConfigureAwait(false);
            Add(request, name, value);
            added.Add((name, value));
        }

        return added;
    }

    /// <summary>Whether one of the secrets has been replaced since it was sent.</summary>
    public async ValueTask<bool> HaveChangedAsync(IReadOnlyList<(string Name, string Value)> sent, CancellationToken cancellationToken)
    {
        bool haveChanged = false;
        foreach ((string name, string value) in sent)
            haveChanged |= await _secrets[name].HasChangedAsync(value, cancellationToken).ConfigureAwait(false);
        return haveChanged;
    }

    private void Add(HttpRequestMessage request, string name, string value)
    {
        if (value.Any(char.IsControl))
            throw new AlertChannelException($"The value of the header '{name}' of the alert channel '{context.Name}' has control characters.", isTransient: true);
        request.Headers.Remove(name);
        if (!request.Headers.TryAddWithoutValidation(name, value))
        {
            request.Content?.Headers.Remove(name);
            request.Content?.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
