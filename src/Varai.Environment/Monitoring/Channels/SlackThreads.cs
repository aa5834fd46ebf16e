using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Varai.State;

namespace Varai.Monitoring.Channels;

/// <summary>The first message of each group, which the others answer to; kept in the state store until the group is over.</summary>
internal sealed class SlackThreads(IStateStore state, string channel, ILogger logger)
{
    private readonly string _prefix = $"alerts/slack/{Hash(channel)[..16]}/";

    /// <returns>The id of the first message; null when there is none, or the store does not answer.</returns>
    public async Task<string?> FindAsync(string groupKey, CancellationToken cancellationToken)
    {
        try
        {
            StateDocument? document = await state.GetAsync(_prefix + Hash(groupKey), cancellationToken).ConfigureAwait(false);
            return document is null ? null : ChannelJson.TryRead(Encoding.UTF8.GetString(document.Content.Span), "ts");
        }
        catch (StateException e)
        {
            logger.ThreadsFailed(e, channel);
            return null;
        }
    }

    public Task RememberAsync(string groupKey, string ts, CancellationToken cancellationToken) => ChangeAsync(
        new StateTransaction().Put(_prefix + Hash(groupKey), JsonSerializer.SerializeToUtf8Bytes(new SlackThread(ts), ChannelStateJson.Default.SlackThread)), cancellationToken);

    public Task ForgetAsync(string groupKey, CancellationToken cancellationToken) =>
        ChangeAsync(new StateTransaction().Delete(_prefix + Hash(groupKey)), cancellationToken);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

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
