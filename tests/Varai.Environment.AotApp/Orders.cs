namespace Varai.AotApp;

internal sealed class Orders
{
    public int Limit { get; set; }
}
