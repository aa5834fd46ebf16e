using System.Globalization;
using System.Text;
using Varai.State;

namespace Varai.CrashHost;

/// <summary>Adds one to a counter, as often as told, beside others that do the same.</summary>
internal static class Increments
{
    public static async Task RunAsync(IStateStore store, string key, int times)
    {
        for (int done = 0; done < times;)
        {
            StateDocument? document = await store.GetAsync(key, default);
            int value = document is null ? 0 : int.Parse(document.Content.Span, CultureInfo.InvariantCulture);
            byte[] next = Encoding.UTF8.GetBytes((value + 1).ToString(CultureInfo.InvariantCulture));
            try
            {
                await store.CommitAsync(new StateTransaction().Put(key, next, document?.Version ?? 0), default);
                done++;
            }
            catch (StateConflictException)
            {
                // Another process was faster: read again.
                continue;
            }
        }
    }
}
