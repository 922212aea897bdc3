SELECT st.a, l[1], mp['k'], ROW(id, en), un, ar, js->>'a' FROM x WHERE bl IS DISTINCT FROM NULL
