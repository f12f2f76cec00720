using System.Diagnostics;
using System.Text.Json;

namespace MLNet.ResNetFamily.Tests.Training;

/// <summary>Reads event files in Python, by the published formats and nothing of this library.</summary>
internal static class EventReader
{
    private const string Script = """
        import json, struct, sys, base64

        def crc32c(data):
            crc = 0xffffffff
            for byte in data:
                crc ^= byte
                for _ in range(8):
                    crc = (crc >> 1) ^ (0x82f63b78 if crc & 1 else 0)
            return crc ^ 0xffffffff

        def masked(data):
            crc = crc32c(data)
            return ((crc >> 15 | crc << 17) + 0xa282ead8) & 0xffffffff

        def varint(data, at):
            value = shift = 0
            while True:
                byte = data[at]; at += 1
                value |= (byte & 127) << shift; shift += 7
                if byte < 128:
                    return value, at

        def fields(data):
            found, at = {}, 0
            while at < len(data):
                key, at = varint(data, at)
                kind = key & 7
                if kind == 0: value, at = varint(data, at)
                elif kind == 1: value, at = struct.unpack('<d', data[at:at + 8])[0], at + 8
                elif kind == 5: value, at = struct.unpack('<f', data[at:at + 4])[0], at + 4
                else:
                    length, at = varint(data, at)
                    value, at = data[at:at + length], at + length
                found[key >> 3] = value
            return found

        def doubles(data):
            return list(struct.unpack('<%dd' % (len(data) // 8), data))

        data, at, events = open(sys.argv[1], 'rb').read(), 0, []
        while at < len(data):
            head = data[at:at + 8]
            length = struct.unpack('<Q', head)[0]
            assert struct.unpack('<I', data[at + 8:at + 12])[0] == masked(head), 'check sum of a length'
            record = data[at + 12:at + 12 + length]
            assert struct.unpack('<I', data[at + 12 + length:at + 16 + length])[0] == masked(record), 'check sum of a record'
            at += 16 + length
            event = fields(record)
            line = {'step': event.get(2, 0), 'time': event[1]}
            if 3 in event:
                line['version'] = event[3].decode()
            if 5 in event:
                value = fields(fields(event[5])[1])
                line['tag'] = value[1].decode()
                if 2 in value: line['scalar'] = value[2]
                if 4 in value:
                    image = fields(value[4])
                    line['image'] = {'height': image[1], 'width': image[2], 'colorspace': image[3], 'png': base64.b64encode(image[4]).decode()}
                if 5 in value:
                    h = fields(value[5])
                    line['histogram'] = {'min': h[1], 'max': h[2], 'num': h[3], 'sum': h[4], 'squares': h[5], 'limits': doubles(h[6]), 'counts': doubles(h[7])}
            events.append(line)
        json.dump(events, sys.stdout)
        """;

    public static JsonElement[] Read(string path)
    {
        if (!File.Exists("/usr/bin/python3"))
            Assert.Inconclusive("Needs /usr/bin/python3, which reads the file without this library.");
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Script, path]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = python.StandardError.ReadToEndAsync();
        var output = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        Assert.AreEqual(0, python.ExitCode, errors.Result);
        return [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
    }
}
