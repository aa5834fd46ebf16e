using System.Globalization;
using System.Text;
using Varai.State;

namespace Varai.CrashHost;

/// <summary>Writes the same number into several documents and a stream, one commit after the other.</summary>
internal static class Commits
{
    public static async Task RunAsync(IStateStore store, int documents, TextWriter output)
    {
        output.WriteLine("ready");
        output.Flush();
        StateDocument? last = await store.GetAsync("doc/0", default);
        long number = last is null ? 0 : Read(last.Content.Span);
        while (true)
        {
            number++;
            var transaction = new StateTransaction();
            for (int i = 0; i < documents; i++)
                transaction.Put($"doc/{i}", Write(number, i), number - 1);
            transaction.Append("journal", Write(number, (int)(number % 7)), number - 1);
            StateCommit commit = await store.CommitAsync(transaction, default);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ack {number} {commit.Revision}"));
            output.Flush();
        }
    }

    // From less than a hundred bytes to several pages, so that a commit spans many.
    private static byte[] Write(long number, int index) =>
        Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture) + " " + new string((char)('a' + (number % 26)), 50 + ((int)(number * 31 + index * 977) % 9000)));

    private static long Read(ReadOnlySpan<byte> content) => long.Parse(content[..content.IndexOf((byte)' ')], CultureInfo.InvariantCulture);
}
