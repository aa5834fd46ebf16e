using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Varai.State;

namespace Varai.Monitoring.Channels;

/// <summary>The first message of each group, which the others answer to; kept in the state store, for each environment, until the group is over.</summary>
/// <param name="state">The store.</param>
/// <param name="environment">The environment's name; asked for when it is needed.</param>
/// <param name="channel">The channel's name.</param>
/// <param name="logger">The logger.</param>
internal sealed class SlackThreads(IStateStore state, Func<string> environment, string channel, ILogger logger)
{
    private readonly Lazy<string> _prefix = new(() => $"alerts/{environment()}/slack/{Hash(channel)[..16]}/", LazyThreadSafetyMode.PublicationOnly);

    /// <returns>The id of the first message; null when there is none, or the store does not answer.</returns>
    public async Task<string?> FindAsync(string groupKey, CancellationToken cancellationToken)
    {
        try
        {
            StateDocument? document = await state.GetAsync(KeyOf(groupKey), cancellationToken).ConfigureAwait(false);
            return document is null ? null : ChannelJson.TryRead(Encoding.UTF8.GetString(document.Content.Span), "ts");
        }
        catch (StateException e)
        {
            logger.ThreadsFailed(e, channel);
            return null;
        }
    }

    public Task RememberAsync(string groupKey, string ts, CancellationToken cancellationToken) => ChangeAsync(
        new StateTransaction().Put(KeyOf(groupKey), JsonSerializer.SerializeToUtf8Bytes(new SlackThread(ts), ChannelStateJson.Default.SlackThread)), cancellationToken);

    public Task ForgetAsync(string groupKey, CancellationToken cancellationToken) =>
        ChangeAsync(new StateTransaction().Delete(KeyOf(groupKey)), cancellationToken);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private string KeyOf(string groupKey) => _prefix.Value + Hash(groupKey);

    // A message that was sent is not sent again only because its thread could not be remembered.
    private async Task ChangeAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        try
        {
            await state.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StateException or OperationCanceledException)
        {
            logger.ThreadsFailed(e, channel);
        }
    }
}
