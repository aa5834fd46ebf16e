using System.Runtime.InteropServices;
using System.Text.Json;

namespace Varai.Configuration.Documents;

/// <summary>The last token of JSON that was in order; the parser's own state is past it when the next one is not.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct JsonProgress
{
    public JsonTokenType Token;

    public int End;
}
