using System.Globalization;

namespace Varai.State;

/// <summary>What both stores refuse before they begin a commit.</summary>
internal static class TransactionLimits
{
    public static void Check(StateTransaction transaction, int maxDocumentBytes)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        foreach (StateOperation operation in transaction.Operations)
        {
            if (operation.Content.Length <= maxDocumentBytes)
                continue;
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"The content of '{operation.Name}' has {operation.Content.Length} bytes; {StateOptions.SectionName}:{nameof(StateOptions.MaxDocumentBytes)} allows {maxDocumentBytes}. Put it into a blob and commit the blob's id, or raise the limit."),
                nameof(transaction));
        }
    }
}
