using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace TorchSharp.Utils;

/// <summary>A dictionary that keeps the order in which its keys were first added.</summary>
public class OrderedDict<TKey, TValue> : IDictionary<TKey, TValue>, IList<(TKey, TValue)> where TKey : notnull
{
    private readonly List<(TKey Key, TValue Value)> _items = [];
    private readonly Dictionary<TKey, int> _places = [];

    public int Count => _items.Count;

    public bool IsReadOnly => false;

    public ICollection<TKey> Keys => _items.ConvertAll(item => item.Key);

    public ICollection<TValue> Values => _items.ConvertAll(item => item.Value);

    public TValue this[TKey key]
    {
        get => TryGetValue(key,
            out TValue? value) ? value : throw new KeyNotFoundException($"The given key '{key}' was not present in the dictionary.");
        set
        {
            if (_places.TryGetValue(key, out int index))
                _items[index] = (key, value);
            else
                TryAdd(key, value);
        }
    }

    public (TKey, TValue) this[int index]
    {
        get => _items[index];
        set
        {
            RemoveAt(index);
            Insert(index, value);
        }
    }

    public void Add(TKey key, TValue value)
    {
        if (!TryAdd(key, value))
            throw new ArgumentException($"An item with the same key has already been added. Key: {key}");
    }

    public void Add((TKey, TValue) item) => Add(item.Item1, item.Item2);

    public void Add(KeyValuePair<TKey, TValue> item) => Add(item.Key, item.Value);

    public bool TryAdd(TKey key, TValue value)
    {
        if (!_places.TryAdd(key, _items.Count))
            return false;
        _items.Add((key, value));
        return true;
    }

    public bool ContainsKey(TKey key) => _places.ContainsKey(key);

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        bool found = _places.TryGetValue(key, out int index);
        value = found ? _items[index].Value : default;
        return found;
    }

    public bool Remove(TKey key)
    {
        bool found = _places.TryGetValue(key, out int index);
        if (found)
            RemoveAt(index);
        return found;
    }

    public void RemoveAt(int index)
    {
        _items.RemoveAt(index);
        Renumber();
    }

    public void Insert(int index, (TKey, TValue) item)
    {
        if (ContainsKey(item.Item1))
            throw new ArgumentException($"An item with the same key has already been added. Key: {item.Item1}");
        _items.Insert(index, item);
        Renumber();
    }

    public void Clear()
    {
        _items.Clear();
        _places.Clear();
    }

    public IEnumerator<(TKey, TValue)> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    IEnumerator<KeyValuePair<TKey, TValue>> IEnumerable<KeyValuePair<TKey, TValue>>.GetEnumerator() =>
        _items.Select(item => KeyValuePair.Create(item.Key, item.Value)).GetEnumerator();

    public bool Contains((TKey, TValue) item) => _items.Contains(item);

    public bool Contains(KeyValuePair<TKey, TValue> item) => _items.Contains((item.Key, item.Value));

    public bool Remove((TKey, TValue) item) => Contains(item) && Remove(item.Item1);

    public bool Remove(KeyValuePair<TKey, TValue> item) => Contains(item) && Remove(item.Key);

    public int IndexOf((TKey, TValue) item) => _items.IndexOf(item);

    public void CopyTo((TKey, TValue)[] array, int arrayIndex) => _items.CopyTo(array, arrayIndex);

    public void CopyTo(KeyValuePair<TKey, TValue>[] array, int arrayIndex) =>
        _items.ConvertAll(item => KeyValuePair.Create(item.Key, item.Value)).CopyTo(array, arrayIndex);

    private void Renumber()
    {
        _places.Clear();
        for (int i = 0; i < _items.Count; i++)
            _places.Add(_items[i].Key, i);
    }
}
