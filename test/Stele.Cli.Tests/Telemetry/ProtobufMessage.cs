using System.Text;

namespace Stele.Cli.Tests.Telemetry;

/// <summary>As much of the protobuf encoding as is needed to find names in a message.</summary>
internal sealed class ProtobufMessage
{
    private readonly List<(int Field, byte[] Bytes)> _fields = [];

    public ProtobufMessage(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var key = Varint(bytes, ref at);
            switch (key & 7)
            {
                case 0:
                    Varint(bytes, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(bytes, ref at);
                    _fields.Add(((int)(key >> 3), bytes[at..(at + length)]));
                    at += length;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"No wire type: {key & 7}.");
            }
        }
    }

    public IEnumerable<ProtobufMessage> Messages(int field) => All(field).Select(bytes => new ProtobufMessage(bytes));

    public string Text(int field) => string.Concat(All(field).Select(Encoding.UTF8.GetString));

    public string Hex(int field) => string.Concat(All(field).Select(Convert.ToHexStringLower));

    private IEnumerable<byte[]> All(int field) => _fields.Where(one => one.Field == field).Select(one => one.Bytes);

    private static ulong Varint(byte[] bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var one = bytes[at++];
            value |= (ulong)(one & 0x7f) << shift;
            if (one < 0x80) return value;
        }
    }
}
